import { inputError } from '../../../nodes/Thoughtly/transport/nodeErrors';
import { contextOf } from '../context';

const context = contextOf({});
const failureOf = (...args: Parameters<typeof inputError>) => inputError(...args).failure;

test('n8n is told that the configuration is invalid where no item is to blame', () => {
	expect(failureOf({ context }, "'Tags' is empty", 'Enter a tag')).toEqual({ cause: 'configuration-invalid' });
	expect(failureOf({ context, itemIndex: 0 }, "'Tags' is empty", 'Enter a tag')).toBeUndefined();
});

test('n8n is told that the credential is invalid, whatever the item', () => {
	const failure = failureOf({ context, itemIndex: 0 }, "'Base URL' is wrong", 'Correct it', 'correct-the-credential');
	expect(failure).toEqual({ cause: 'credential-invalid' });
});
