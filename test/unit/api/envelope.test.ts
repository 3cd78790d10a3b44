import { readEnvelope } from '../../../nodes/Thoughtly/api/envelope';
import { errorText } from '../../../nodes/Thoughtly/transport/errors';

test.each<[unknown, unknown, string]>([
	[{ data: { id: 1 }, error: null }, { id: 1 }, ''],
	[{ data: { id: 1 }, error: {} }, { id: 1 }, ''],
	[{ data: { id: 1 }, error: '' }, { id: 1 }, ''],
	[{ data: [1] }, [1], ''],
	[{ data: { id: 1 }, error: false }, { id: 1 }, ''],
	[{ error: 'No credit' }, { error: 'No credit' }, 'No credit'],
	[{ data: null, error: 'No credit' }, null, 'No credit'],
	[{ data: null, error: { message: 'No credit' } }, null, 'No credit'],
	[{ data: {}, error: { code: 'E1' } }, {}, '{"code":"E1"}'],
	[{ id: 1, error: 'of the record itself' }, { id: 1, error: 'of the record itself' }, ''],
	[[{ id: 1 }], [{ id: 1 }], ''],
])('envelope %j', (body, data, error) => {
	const envelope = readEnvelope(body);
	expect([envelope.data, errorText(envelope.error)]).toEqual([data, error]);
});
