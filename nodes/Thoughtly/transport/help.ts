/** Parts of the troubleshooting page, by what a user does about an error (docs/troubleshooting.md). */
export const HELP_TOPICS = [
	'correct-the-credential',
	'check-the-network-or-try-again-later',
	'read-what-thoughtly-says',
	'check-in-thoughtly-whether-it-happened',
	'correct-a-field',
	'correct-the-phone-number',
	'change-the-calling-hours',
	'look-for-the-recording-or-the-result-later',
	'publish-the-workflow-again',
] as const;

export type HelpTopic = (typeof HELP_TOPICS)[number];

const PAGE = 'https://n8n-nodes-thoughtly.github.io/n8n-nodes-thoughtly/troubleshooting';

/** Ends an error's description with a link to a part of the troubleshooting page; n8n's editor shows it as one. */
export const withHelp = (description: string, topic: HelpTopic) =>
	`${description}. <a href="${PAGE}#${topic}" target="_blank">Troubleshooting</a>`;

/** Returns an error's description without its link, for where it is read as plain text. */
export const withoutHelp = (description: string) =>
	description.replace(/\. <a href="[^"]*" target="_blank">.*?<\/a>/, '');
