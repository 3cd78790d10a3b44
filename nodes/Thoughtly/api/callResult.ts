import { normalizeWord } from './values';

/** How a call ended, from a fixed set, for Switch and Filter nodes. */
export const CALL_RESULTS = [
	'completed',
	'transferred',
	'voicemail',
	'no_answer',
	'busy',
	'failed',
	'suppressed',
	'canceled',
	'in_progress',
	'unknown',
] as const;

export type CallResult = (typeof CALL_RESULTS)[number];

/**
 * Every word that a source names for a call's status, and what other voice APIs (Twilio, Vonage, Vapi, Retell, Bland, Telnyx)
 * use for theirs. Sources: API reference (success, failure), the dashboard's History page, the profile's schema and examples,
 * pipedream (NOT_STARTED). Words that can mean both a running and an ended call ("answered", "connected") are left out.
 * All are in lower case and without punctuation.
 */
const WORDS: Record<Exclude<CallResult, 'unknown'>, string> = {
	completed:
		'completed, complete, success, successful, succeeded, ended, end, done, finished, call ended, call completed, hangup, hung up, user hangup, agent hangup, customer ended call, assistant ended call',
	transferred:
		'transferred, transfer, call transferred, call transfer, forwarded, transferred to human, transferred to agent, warm transfer, cold transfer',
	voicemail:
		'voicemail, left voicemail, voicemail left, voice mail, left voice mail, voicemail reached, voicemail detected, machine, machine detected, answering machine',
	no_answer:
		'no answer, not answered, unanswered, did not answer, didnt answer, no pickup, missed, missed call, rang out, dial no answer, customer did not answer, no response',
	busy: 'busy, line busy, user busy, dial busy, customer busy',
	failed:
		'failed, failure, fail, error, errored, call error, call failed, dial failed, queue error, invalid number, rejected, undeliverable, not reachable, unreachable',
	suppressed:
		'suppressed, blocked, do not call, dnc, opted out, no consent, blocked by consent, suppressed by rule, blacklisted',
	canceled: 'canceled, cancelled, aborted, cancel',
	in_progress:
		'in progress, not started, queued, queue, pre queue, enqueued, scheduled, ringing, initiated, initiating, pending, created, new, registered, allocated, started, starting, ongoing, on going, active, live, running, dialing, dialling, calling, connecting, on hold, hold, held, parked, bridged, bridging, forwarding, transferring, waiting, processing, in call, talking, speaking, paused, resumed, retrying, trying, ending',
};

/** By normalized word. These only have blanks to lose; preparing the pattern for all scripts would delay n8n's start. */
const RESULTS = new Map<string, CallResult>(
	Object.entries(WORDS).flatMap(([result, words]) =>
		words
			.replaceAll(' ', '')
			.split(',')
			.map((word) => [word, result as CallResult] as const),
	),
);

const resultOfWord = (word: string | null): CallResult => RESULTS.get(normalizeWord(word ?? '')) ?? 'unknown';

const isFinal = (result: CallResult) => result !== 'in_progress' && result !== 'unknown';

/** A status that says no more than success or failure is refined by these outcomes. */
const REFINEMENTS = new Set<CallResult>(['transferred', 'voicemail', 'no_answer', 'busy', 'suppressed', 'canceled']);

/**
 * Reads how a call ended from the API's words, whatever their case and separators.
 * @param hasEndTime a call that has one is over, whatever its status says
 */
export function readResult(
	status: string | null,
	outcome: string | null,
	hasEndTime: boolean,
): { result: CallResult; ended: boolean } {
	const byStatus = resultOfWord(status);
	const byOutcome = resultOfWord(outcome);
	const ended = hasEndTime || isFinal(byStatus);
	if (byStatus === 'completed' || byStatus === 'failed') {
		return { result: REFINEMENTS.has(byOutcome) ? byOutcome : byStatus, ended };
	}
	if (isFinal(byStatus) || !hasEndTime) return { result: byStatus, ended };
	return { result: isFinal(byOutcome) ? byOutcome : 'unknown', ended };
}
