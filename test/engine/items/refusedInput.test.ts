import type { INodeParameters } from 'n8n-workflow';
import { byId, credential, simulator, useSimulator } from '../fixtures.mts';
import { runNode } from '../n8n/index.mts';

/** Input that cannot be meant is refused before any request. */

useSimulator();

describe('input is refused before any request', () => {
	const start = { resource: 'call', operation: 'start', agent: byId('agent-1'), contact: byId('contact-1') };
	const create = { resource: 'contact', operation: 'create', phoneNumber: '+14155550123' };
	test.each([
		[
			'an empty agent from an expression',
			{ ...start, agent: byId('={{ $json.agent }}') },
			"'Agent' is empty. Nobody was called [item 0]",
		],
		['an empty contact', { ...start, contact: byId('={{ "" }}') }, "'Contact' is empty. Nobody was called [item 0]"],
		['an empty call ID', { ...start, operation: 'get', callId: '={{ " " }}' }, "'Call ID' is empty [item 0]"],
		[
			'metadata that is a list',
			{ ...start, specifyMetadata: 'json', jsonMetadata: '[1]' },
			"'JSON Metadata' is not a valid JSON object. Nobody was called [item 0]",
		],
		[
			'metadata that is broken',
			{ ...start, specifyMetadata: 'json', jsonMetadata: '{"a":' },
			"'JSON Metadata' is not a valid JSON object. Nobody was called [item 0]",
		],
		[
			'metadata that is nested',
			{ ...start, specifyMetadata: 'json', jsonMetadata: '{"a":{"b":1}}' },
			"'a' in 'JSON Metadata' is an object. Nobody was called [item 0]",
		],
		[
			'an attribute without a name',
			{ ...create, additionalFields: { attributes: { attributeValues: [{ name: '', value: 'x' }] } } },
			"A field of 'Attributes' has a value but no name [item 0]",
		],
		[
			'a limit below 1',
			{ resource: 'agent', operation: 'getAll', limit: 0 },
			"'Limit' must be a whole number, 1 or more [item 0]",
		],
		['an empty phone number', { ...create, phoneNumber: '={{ null }}' }, "'Phone Number' is empty [item 0]"],
		[
			'a phone number without country',
			{ ...create, phoneNumber: '415 555 0123' },
			"'Phone Number' is not a valid phone number: '415 555 0123' has no country code [item 0]",
		],
		[
			'the same, to be found',
			{ ...create, operation: 'findOrCreate', phoneNumber: '={{ 4155550123 }}' },
			"'Phone Number' is not a valid phone number: '4155550123' has no country code [item 0]",
		],
		[
			'a phone number that its country cannot have',
			{ ...create, phoneNumber: '555-0123', options: { defaultCountry: 'US' } },
			"'Phone Number' is not a valid phone number: '555-0123' is too short or too long for 'Default Country' (United States) [item 0]",
		],
		[
			'a phone number with an extension',
			{ ...create, phoneNumber: '+1 415 555 0123 ext. 12' },
			"'Phone Number' is not a valid phone number: '+1 415 555 0123 ext. 12' has an extension, which a call cannot dial [item 0]",
		],
		[
			'a phone number in letters',
			{ ...create, phoneNumber: '1-800-FLOWERS', options: { defaultCountry: 'US' } },
			"'Phone Number' is not a valid phone number: '1-800-FLOWERS' contains something other than digits and punctuation [item 0]",
		],
		[
			'an unknown default country',
			{ ...create, phoneNumber: '415 555 0123', options: { defaultCountry: '={{ "USA" }}' } },
			"'Default Country' is not a known country: USA [item 0]",
		],
		[
			'a date that cannot be read',
			{ ...start, operation: 'getAll', filters: { startedAfter: 'yesterday' } },
			"'Started After' is not a valid date [item 0]",
		],
		[
			'a URL without https',
			{ resource: 'webhook', operation: 'subscribe', event: 'NEW_RESPONSE', url: 'example.com' },
			"'URL' must start with https:// or http:// [item 0]",
		],
		[
			'an unknown operation',
			{ resource: 'call', operation: 'cancel' },
			"The resource 'call' has no operation 'cancel'",
		],
	])('%s', async (_name, parameters, message) => {
		const { error } = await runNode({ parameters: parameters as INodeParameters, credential: credential() });
		expect(error?.message).toBe(message);
		expect(error?.description).toBeTruthy();
		expect(simulator.requests).toEqual([]);
	});

	test('a base URL that is plain http to a foreign host', async () => {
		const { error } = await runNode({
			parameters: { resource: 'user', operation: 'get' },
			credential: credential({ baseUrl: 'http://api.example.com' }),
		});
		expect(error?.message).toBe("'Base URL' in the credential must start with https:// [item 0]");
	});
});
