// Names in italics that are not ours: what the documentation says about n8n and Thoughtly is in their words.

/** What n8n's editor and its own nodes show. */
export const N8N_NAMES = [
	'Always Output Data',
	'Authentication',
	'Clear Deduplication History',
	'Continue',
	'Continue On Fail',
	'Execute step',
	'Execute workflow',
	'Executions',
	'Fetch Test Event',
	'Human review',
	'Import → From file',
	'Install',
	'Manual Trigger',
	'More details',
	'On Error',
	'Poll Times',
	'Publish',
	'Remove Duplicates',
	'Respond to Webhook',
	'Response Mode',
	'Retry On Fail',
	'Schedule Trigger',
	'Settings → Community nodes',
	'Timeout Workflow',
	'Using Response Nodes',
	'Wait',
	'Wait For Sub-Workflow Completion',
];

/** What Thoughtly's dashboard shows. */
export const THOUGHTLY_NAMES = ['Agent Builder', 'On Call Completed', 'Send Webhook', 'Settings → Developer'];

/** What GitHub, npm and the changelog's format call their parts. */
export const RELEASE_NAMES = [
	'GitHub Actions',
	'Private vulnerability reporting',
	'Settings → Advanced security',
	'Settings → Pages',
	'Settings → Trusted publisher',
	'Unreleased',
];
