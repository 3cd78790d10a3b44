import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { CALL_RESULTS } from '../api/callResult';
import type { CallResult } from '../api/callResult';
import { normalizeWord } from '../api/values';
import { inputError } from '../transport/nodeErrors';
import { filterList } from './parameters';
import type { AnyContext } from './parameters';

const LABELS: Record<CallResult, string> = {
	busy: 'Busy',
	canceled: 'Canceled',
	completed: 'Completed',
	failed: 'Failed',
	in_progress: 'In Progress',
	no_answer: 'No Answer',
	suppressed: 'Suppressed',
	transferred: 'Transferred',
	unknown: 'Unknown',
	voicemail: 'Voicemail',
};

/** A filter by how calls ended. */
export const resultsField = (description: string): INodeProperties => ({
	displayName: 'Results',
	name: 'results',
	type: 'multiOptions',
	default: [],
	description,
	options: Object.entries(LABELS).map(([value, name]) => ({ name, value })),
});

/** Reads 'Results'; undefined if it was not added. A word that is not a result is refused. */
export function readResults(context: AnyContext, filters: IDataObject, itemIndex?: number): CallResult[] | undefined {
	return filterList(context, filters, 'results', 'Results', itemIndex)?.map((entry) => {
		const result = CALL_RESULTS.find((known) => normalizeWord(known) === normalizeWord(entry));
		if (result) return result;
		throw inputError(
			{ context, itemIndex },
			`'Results' has an unknown value: ${entry}`,
			`Choose from ${CALL_RESULTS.join(', ')}`,
		);
	});
}
