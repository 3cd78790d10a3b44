import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { searchCountries } from '../nodes/Thoughtly/phone/countries';
import { ALLOWED_BASE_URL } from '../nodes/Thoughtly/transport/address';

/** An API token and its team. Sends `x-api-token` and `team_id` with every request (source: spec, docs). */
export class ThoughtlyApi implements ICredentialType {
	name = 'thoughtlyApi';

	displayName = 'Thoughtly API';

	icon: Icon = {
		light: 'file:../nodes/Thoughtly/thoughtly.svg',
		dark: 'file:../nodes/Thoughtly/thoughtly.dark.svg',
	};

	documentationUrl = 'https://n8n-nodes-thoughtly.github.io/n8n-nodes-thoughtly/credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Token',
			name: 'apiToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'In Thoughtly: Settings → Developer',
		},
		{
			displayName: 'Team ID',
			name: 'teamId',
			type: 'string',
			default: '',
			required: true,
			hint: 'In Thoughtly: Settings → Developer, next to the token',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.thoughtly.com',
			required: true,
			description: "Address of Thoughtly's API. Leave it unchanged unless you use a simulator.",
		},
		{
			displayName:
				"'Base URL' must start with https://, because every request carries the token. Plain http is allowed for localhost only.",
			name: 'baseUrlNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { baseUrl: [{ _cnd: { regex: `^(?!${ALLOWED_BASE_URL.source.slice(1)})` } }] } },
		},
		{
			displayName: 'Requests per Minute',
			name: 'requestsPerMinute',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 100,
			description:
				'How many requests per minute Thoughtly allows for this token. In queue mode, divide it by the number of workers.',
		},
		{
			displayName: 'Default Country',
			name: 'defaultCountry',
			type: 'options',
			default: '',
			options: [{ name: 'None', value: '' }, ...searchCountries()],
			description: 'Country of phone numbers written without + and a country code, e.g. (415) 555-0123',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'A long random text that you choose, and enter in Thoughtly as the header x-webhook-secret. Only needed for a Thoughtly Trigger that receives from an Automation or a mid-call action.',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: {
			headers: {
				'x-api-token': '={{$credentials.apiToken.trim()}}',
				team_id: '={{$credentials.teamId.trim()}}',
			},
		},
	};

	test: ICredentialTestRequest = {
		request: {
			// a foreign host over plain http is replaced by a name that cannot exist, so that the token is never sent there
			baseURL: `={{ ${ALLOWED_BASE_URL}.test($credentials.baseUrl.trim()) ? $credentials.baseUrl.trim().replace(/\\/+$/, '') : 'https://base-url-must-start-with-https.invalid' }}`,
			url: '/user',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message:
						"Thoughtly did not accept the credential: check 'API Token' and 'Team ID' (in Thoughtly: Settings → Developer)",
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message: "Thoughtly denied access: check that 'API Token' belongs to 'Team ID'",
				},
			},
			{
				type: 'responseCode',
				properties: { value: 404, message: "The Thoughtly API was not found at this address: check 'Base URL'" },
			},
		],
	};
}
