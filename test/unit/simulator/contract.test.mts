import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import axios from 'axios';
import type { SimulatorOptions } from '../../simulator/simulator.mts';
import { useSimulator } from './harness.mts';

const api = useSimulator();
const { request } = api;

const hook = { type: 'NEW_RESPONSE', url: 'http://127.0.0.1:9/hook' };
const agentPath = '/interview/a0000000-0000-4000-8000-000000000001/responses';
const contactPath = '/contact/c0000000-0000-4000-8000-000000000001';
const call = {
	contact_id: 'c0000000-0000-4000-8000-000000000001',
	interview_id: 'a0000000-0000-4000-8000-000000000001',
	metadata: { order: '7' },
};

/** Every operation once, with its path in the contract. */
const operations: Array<[method: string, template: string, path: string, body?: object]> = [
	['get', '/interview', '/interview'],
	['get', '/contact', '/contact'],
	['post', '/contact/create', '/contact/create', { phone_number: '+14155550199', tags: ['new'] }],
	['get', '/contact/{id}', contactPath],
	['get', '/contact/{id}', '/contact/unknown'],
	['post', '/contact/call', '/contact/call', call],
	['get', '/interview/{interview_id}/responses', agentPath],
	['delete', '/contact/{id}', contactPath],
	['get', '/user', '/user'],
	['post', '/webhooks/subscribe', '/webhooks/subscribe', hook],
	['get', '/webhooks', '/webhooks'],
	['delete', '/webhooks/unsubscribe', '/webhooks/unsubscribe', hook],
	[
		'post',
		'/webhook/automation/{automation_id}',
		'/webhook/automation/f0000000-0000-4000-8000-000000000001',
		{ name: 'Ada' },
	],
];

test.each<[SimulatorOptions]>([
	[{}],
	[{ vocabulary: 'api', listedCalls: 'profile', placedCalls: 'profile', timestamps: 'created_at' }],
	[{ vocabulary: 'api', listedCalls: 'nested', lists: 'bare', tags: 'objects' }],
	[{ profileFields: false, contactInCalls: false, webhookData: false, noError: {} }],
])('every response is as its contract says, with %j', async (options) => {
	Object.assign(api.simulator.options, options);
	const ajv = new Ajv({ strict: false, allErrors: true });
	addFormats(ajv);
	ajv.addSchema((await axios.get(`${api.simulator.url}/openapi.json`)).data, 'contract');

	for (const [method, template, path, body] of operations) {
		const { status, data } = await request(method, path, body);
		const pointer = ['paths', template, method, 'responses', status, 'content', 'application/json', 'schema']
			.map((key) => encodeURIComponent(String(key).replaceAll('~', '~0').replaceAll('/', '~1')))
			.join('/');
		const isValid = ajv.validate({ $ref: `contract#/${pointer}` }, data);
		expect([method, path, isValid, ajv.errors]).toEqual([method, path, true, null]);
	}
});
