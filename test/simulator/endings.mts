// How calls end: which numbers end how, and the status words of both documented vocabularies.
import type { ShapeOptions } from './options.mts';
import type { Call } from './store.mts';

/** The endings that the last two digits of a number choose. */
export const endings = [
	{ digits: '10', status: 'NO_ANSWER', meaning: 'is not answered' },
	{ digits: '11', status: 'BUSY', meaning: 'is busy' },
	{ digits: '12', status: 'LEFT_VOICEMAIL', meaning: 'goes to voicemail' },
	{ digits: '13', status: 'TRANSFERRED', meaning: 'is transferred' },
];

/** How a call to this number ends, in the words of the docs' History page. */
export const endingOf = (phoneNumber: string | null) =>
	endings.find(({ digits }) => phoneNumber?.endsWith(digits))?.status ?? 'COMPLETED';

/** Statuses of calls that someone answered. */
export const ANSWERED = new Set(['COMPLETED', 'TRANSFERRED']);

interface Words {
	status: string;
	outcome: string | null;
}

/** The API reference says no more than success or failure; the outcome tells the rest (profile). */
const apiWords: Record<string, Words | undefined> = {
	NOT_STARTED: { status: 'queued', outcome: null },
	IN_PROGRESS: { status: 'in_progress', outcome: null },
	COMPLETED: { status: 'success', outcome: null },
	TRANSFERRED: { status: 'success', outcome: 'transferred' },
	LEFT_VOICEMAIL: { status: 'success', outcome: 'voicemail' },
	NO_ANSWER: { status: 'failure', outcome: 'no_answer' },
	BUSY: { status: 'failure', outcome: 'busy' },
	FAILED: { status: 'failure', outcome: null },
	SUPPRESSED: { status: 'failure', outcome: 'suppressed' },
};

/** A call's status and outcome as the vocabulary has them; a status that a test made up stays as it is. */
export function wordsOf({ status, outcome }: Words, vocabulary: ShapeOptions['vocabulary']): Words {
	const words = vocabulary === 'api' ? apiWords[status] : undefined;
	return words ? { status: words.status, outcome: outcome ?? words.outcome } : { status, outcome };
}

const greeting = ['ai', 'Hello, this is your assistant. Is this a good time to talk?'] as const;
const conversation = [
	greeting,
	['user', 'Yes, go on.'],
	['ai', 'Shall we keep your appointment on Monday?'],
	['user', 'Monday is fine, thank you.'],
] as const;
const linesByEnd: Record<string, typeof conversation | readonly [typeof greeting] | undefined> = {
	COMPLETED: conversation,
	TRANSFERRED: conversation,
	LEFT_VOICEMAIL: [greeting],
};

/** What changes in a call when it ends at `at` with `status`; `url` is the simulator's, for the recording. */
export function endOfCall(call: Call, status: string, at: Date, url: string): Partial<Call> {
	const startTime = call.start_time ?? at.toISOString();
	const end = {
		status,
		start_time: startTime,
		end_time: at.toISOString(),
		updated: at.toISOString(),
		version: call.version + 1,
	};
	const lines = linesByEnd[status];
	if (lines === undefined) return { ...end, duration_ms: '0' };

	const duration = at.getTime() - Date.parse(startTime);
	return {
		...end,
		...(status === 'COMPLETED' && { outcome: 'qualified', custom_fields: { appointment: 'Monday' } }),
		duration_ms: String(duration),
		conversation_history: lines.map(([author, text], index) => {
			const elapsed = Math.round((duration * index) / lines.length);
			const date = new Date(Date.parse(startTime) + elapsed).toISOString();
			return { date, text, author, audio_url: null, cumulative_duration_ms: elapsed };
		}),
		transcript: lines.map(([author, text]) => `${author === 'ai' ? 'Agent' : 'User'}: ${text}`).join('\n'),
		summary_data: { summary: `The call with ${call.contact?.name ?? 'the contact'} ended as ${status}.` },
		recording_url: `${url}/recordings/${call.id}.wav`,
	};
}
