import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { ALLOWED_BASE_URL } from '../nodes/Thoughtly/transport/baseUrl';

/** An API token with the team it belongs to. Sends `x-api-token` and `team_id` with every request (source: spec, docs). */
export class ThoughtlyApi implements ICredentialType {
	name = 'thoughtlyApi';

	displayName = 'Thoughtly API';

	icon: Icon = {
		light: 'file:../nodes/Thoughtly/thoughtly.svg',
		dark: 'file:../nodes/Thoughtly/thoughtly.dark.svg',
	};

	documentationUrl = 'https://github.com/n8n-nodes-thoughtly/n8n-nodes-thoughtly#credential';

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
			hint: 'In Thoughtly: Settings → Developer, beside the token',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.thoughtly.com',
			required: true,
			description: 'Where the API is: https, or plain http on this computer only (localhost)',
		},
		{
			displayName:
				"'Base URL' must start with https:// since every request carries the token. Plain http is only allowed for localhost.",
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
			description: 'How many requests a minute Thoughtly allows this token',
		},
		{
			displayName: 'Webhook Secret',
			name: 'webhookSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description:
				'Only for a Thoughtly Trigger that receives from an Automation: the value of its x-webhook-secret header',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: {
			headers: {
				'x-api-token': '={{$credentials.apiToken}}',
				team_id: '={{$credentials.teamId}}',
			},
		},
	};

	test: ICredentialTestRequest = {
		request: {
			// a plain-http foreign host is swapped for a name that cannot exist, so that the token is never sent there
			baseURL: `={{ ${ALLOWED_BASE_URL}.test($credentials.baseUrl.trim()) ? $credentials.baseUrl.trim().replace(/\\/+$/, '') : 'https://base-url-must-start-with-https.invalid' }}`,
			url: '/user',
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: "Thoughtly refused the token: check 'API Token' and 'Team ID' (in Thoughtly: Settings → Developer)",
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message: "Thoughtly denied access: check that 'Team ID' is the team of this 'API Token'",
				},
			},
			{
				type: 'responseCode',
				properties: { value: 404, message: "There is no Thoughtly API at this address: check 'Base URL'" },
			},
		],
	};
}
