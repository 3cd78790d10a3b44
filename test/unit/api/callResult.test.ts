import { readResult } from '../../../nodes/Thoughtly/api/callResult';
import type { CallResult } from '../../../nodes/Thoughtly/api/callResult';

describe('the result of a status, in every vocabulary', () => {
	test.each<[CallResult, string[]]>([
		['completed', ['success', 'completed', 'COMPLETED', 'Complete', 'ended', 'done']],
		['transferred', ['transferred', 'Transferred', 'call_transfer']],
		['voicemail', ['left voicemail', 'LEFT_VOICEMAIL', 'voicemail', 'machine_detected']],
		['no_answer', ['no answer', 'NO-ANSWER', 'NoAnswer', 'unanswered', 'missed']],
		['busy', ['busy', 'BUSY', 'user-busy']],
		['failed', ['failure', 'failed', 'error']],
		['suppressed', ['suppressed']],
		['canceled', ['canceled', 'cancelled']],
		['in_progress', ['NOT_STARTED', 'in progress', 'In-Progress', 'queued', 'scheduled', 'ringing', 'initiated']],
		['in_progress', ['pending', 'ongoing', 'active', 'DIALING', 'on hold', 'created', 'connecting', 'registered']],
		['unknown', ['something new', 'answered', '完了', '', '-']],
	])('%s: %j', (result, words) => {
		for (const word of words) expect([word, readResult(word, null, false).result]).toEqual([word, result]);
	});
});

test.each<[string | null, string | null, boolean, CallResult, boolean]>([
	// status, outcome, has an end time; result, ended
	['success', 'voicemail', false, 'voicemail', true],
	['success', 'qualified', true, 'completed', true],
	['failure', 'no answer', true, 'no_answer', true],
	['failure', 'success', true, 'failed', true],
	['completed', 'transferred', true, 'transferred', true],
	['busy', 'voicemail', true, 'busy', true],
	['in progress', 'voicemail', false, 'in_progress', false],
	['in progress', null, true, 'unknown', true],
	['NOT_STARTED', 'no answer', true, 'no_answer', true],
	['something new', null, false, 'unknown', false],
	['something new', 'voicemail', false, 'unknown', false],
	['something new', null, true, 'unknown', true],
	[null, null, false, 'unknown', false],
	[null, 'voicemail', true, 'voicemail', true],
])('status %s, outcome %s, ended %s: %s', (status, outcome, hasEndTime, result, ended) => {
	expect(readResult(status, outcome, hasEndTime)).toEqual({ result, ended });
});
