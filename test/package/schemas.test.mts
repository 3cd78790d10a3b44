import { readFileSync } from 'node:fs';
import { readCall } from '../../nodes/Thoughtly/api/call';
import { resources } from '../../nodes/Thoughtly/resources';
import { endedCall } from '../../nodes/Thoughtly/resources/call/waiting';

const fieldsIn = (path: string) => {
	const text = readFileSync(`dist/nodes/Thoughtly/__schema__/v1.0.0${path}.json`, 'utf8');
	return Object.keys((JSON.parse(text) as { properties: object }).properties);
};

test('the editor knows the fields of every operation and of the trigger before they were run', () => {
	for (const resource of resources) {
		for (const { value } of resource.operations) expect(fieldsIn(`/${resource.value}/${value}`)).not.toEqual([]);
	}
	const fields = Object.keys(readCall({}));
	for (const name of ['get', 'getAll', 'downloadRecording']) expect(fieldsIn(`/call/${name}`)).toEqual(fields);
	expect(fieldsIn('')).toEqual(['event', ...fields]);
	expect(fieldsIn('/call/startAndWait')).toEqual(Object.keys(endedCall(undefined, {}, true)));
});
