import type { INodeExecutionData } from 'n8n-workflow';
import type { Hint } from '../../execution/operation';
import { isSkipped } from './callOutput';

const SKIP_REASONS = {
	outside_hours: "outside the hours in 'Only Call Between'. 'nextAllowedAt' says when each of them may be called",
	called_recently: "called within the period in 'Skip if Called Within'. 'lastCall' is the call that counted",
};

/** Says how many items were skipped, and why. */
export function skipHints(outputs: INodeExecutionData[]): Hint[] {
	return Object.entries(SKIP_REASONS).flatMap(([reason, explanation]) => {
		const skipped = outputs.filter(({ json }) => json.skipReason === reason).length;
		return skipped ? [{ text: `Skipped ${skipped} of ${outputs.length} items: ${explanation}.` }] : [];
	});
}

/** Says how many calls have not ended within the wait's limit. */
export function timeoutHints(outputs: INodeExecutionData[]): Hint[] {
	const calls = outputs.filter(({ json }) => !isSkipped(json) && !('error' in json));
	const running = calls.filter(({ json }) => json.ended === false).length;
	if (!running) return [];
	return [
		{
			type: 'warning',
			text: `${running} of ${calls.length} calls did not end within 'Limit Wait Time'. They continue in Thoughtly: read their results later with the operation 'Get'.`,
		},
	];
}
