import type { IDataObject } from 'n8n-workflow';
import type { Call } from '../api/call';
import type { CallResult } from '../api/callResult';
import { normalizeWord } from '../api/values';
import { filterList } from '../fields/parameters';
import type { AnyContext } from '../fields/parameters';
import { readResults } from '../fields/results';
import { inputError } from '../transport/nodeErrors';

/** Which calls start the workflow; what is undefined lets all through. */
export interface CallFilters {
	results?: CallResult[];
	/** In whatever spelling */
	outcomes?: string[];
	/** Any of these, of the call or of its contact */
	tags?: string[];
	/** In seconds */
	minimumDuration?: number;
}

/** Reads the filters among a trigger's options. @throws NodeOperationError for one that is empty or cannot be read */
export function readFilters(context: AnyContext, options: IDataObject): CallFilters {
	return {
		results: readResults(context, options),
		outcomes: filterList(context, options, 'outcomes', 'Outcomes'),
		tags: filterList(context, options, 'tags', 'Tags'),
		minimumDuration: readMinimumDuration(context, options),
	};
}

function readMinimumDuration(context: AnyContext, options: IDataObject): number | undefined {
	if (!('minimumDuration' in options)) return undefined;
	const { minimumDuration } = options;
	const isNumber =
		typeof minimumDuration === 'number' || (typeof minimumDuration === 'string' && minimumDuration.trim());
	const seconds = isNumber ? Number(minimumDuration) : NaN;
	if (seconds >= 0) return seconds;
	throw inputError({ context }, "'Minimum Duration' is not a number of seconds", 'Enter a number, 0 or more');
}

/**
 * Why a call does not pass the filters, undefined if it does. A call without what a filter asks for does not pass.
 * @param callTags those of the call and of its contact
 */
export function reasonToFilter(call: Call, callTags: string[], filters: CallFilters): string | undefined {
	const isOneOf = (value: string, values: string[]) =>
		values.some((other) => normalizeWord(other) === normalizeWord(value) && normalizeWord(value) !== '');
	if (filters.results && !filters.results.includes(call.result)) return 'its result is filtered out';
	if (filters.outcomes && !isOneOf(call.outcome ?? '', filters.outcomes)) return 'its outcome is filtered out';
	const { tags } = filters;
	if (tags && !callTags.some((tag) => isOneOf(tag, tags))) return 'its tags are filtered out';
	const isTooShort = filters.minimumDuration && !((call.durationSeconds ?? 0) >= filters.minimumDuration);
	return isTooShort ? 'it is too short' : undefined;
}
