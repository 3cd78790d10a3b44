import { tryToParseDateTime } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, IHookFunctions, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';
import { isRecord } from '../api/records';
import { firstText, text } from '../api/values';
import { inputError } from '../transport/nodeErrors';

/** How parameters are read: for their item, and checked before any request. */

/** Reads a text parameter (or locator) without surrounding whitespace; an empty one is refused. */
export function requiredText(context: IExecuteFunctions, name: string, displayName: string, itemIndex: number): string {
	const value = context.getNodeParameter(name, itemIndex, '', { extractValue: true });
	const entered = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	if (entered !== '') return entered;
	throw inputError(
		{ context, itemIndex },
		`'${displayName}' is empty`,
		'Choose or enter a value. If it comes from an expression, check that the expression returns a value for this item',
	);
}

/** Reads an ID for a path; one that would name another path is refused. */
export function requiredId(context: IExecuteFunctions, name: string, displayName: string, itemIndex: number): string {
	const id = requiredText(context, name, displayName, itemIndex);
	if (id !== '.' && id !== '..') return id;
	throw inputError({ context, itemIndex }, `'${displayName}' is not a valid ID: ${id}`, 'Choose or enter an ID');
}

/** Reads a collection's fields. */
export const collection = (context: IExecuteFunctions, name: string, itemIndex: number) =>
	context.getNodeParameter(name, itemIndex, {}) as IDataObject;

/** The fields of a group in a fixed collection, undefined if it was not added. */
export const group = (value: unknown, name: string) =>
	isRecord(value) && isRecord(value[name]) ? value[name] : undefined;

/** The value of a resource locator inside a collection. */
export const locatorValue = (locator: unknown): string =>
	String((isRecord(locator) ? locator.value : locator) ?? '').trim();

/** Leaves out what has no value, as the API requires. */
export function withoutEmpty(fields: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
	);
}

/** A context whose parameters can be read. */
export type AnyContext = IExecuteFunctions | IHookFunctions | IPollFunctions | IWebhookFunctions;

/**
 * Reads several values: comma-separated text, or a list from an expression whose entries are texts, numbers or objects with
 * a `name` or `id` (as tags are). Empty entries are left out; an entry that cannot be read is refused.
 */
export function readList(context: AnyContext, value: unknown, displayName: string, itemIndex?: number): string[] {
	const entries = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
	const names = entries.flatMap((entry: unknown) => {
		if (entry === undefined || entry === null) return [];
		const name = isRecord(entry) ? firstText(entry.name, entry.id) : text(entry);
		if (name !== null || entry === '') return name?.trim() || [];
		throw inputError(
			{ context, itemIndex },
			`'${displayName}' has an entry that cannot be read: ${JSON.stringify(entry).slice(0, 100)}`,
			'Enter text separated by commas, or a list of strings',
		);
	});
	return [...new Set(names)];
}

/** As `readList` for a filter; undefined if the filter was not added. One that is empty is refused: it would filter nothing. */
export function filterList(
	context: AnyContext,
	filters: IDataObject,
	name: string,
	displayName: string,
	itemIndex?: number,
): string[] | undefined {
	if (!(name in filters)) return undefined;
	const values = readList(context, filters[name], displayName, itemIndex);
	if (!values.length) throw emptyFilter(context, displayName, itemIndex);
	return values;
}

/** Reads a text filter; undefined if it was not added. One that is empty is refused: it would filter nothing. */
export function filterText(
	context: AnyContext,
	filters: IDataObject,
	name: string,
	displayName: string,
	itemIndex?: number,
): string | undefined {
	if (!(name in filters)) return undefined;
	const value = text(filters[name])?.trim();
	if (!value) throw emptyFilter(context, displayName, itemIndex);
	return value;
}

/** Reads a time filter; undefined if it was not added. One that is empty is refused. @returns ms epoch */
export function timeFilter(
	context: IExecuteFunctions,
	filters: IDataObject,
	name: string,
	displayName: string,
	itemIndex: number,
): number | undefined {
	const time = dateTime(context, filters[name], displayName, itemIndex);
	if (time === undefined && name in filters) throw emptyFilter(context, displayName, itemIndex);
	return time;
}

const emptyFilter = (context: AnyContext, displayName: string, itemIndex?: number) =>
	inputError(
		{ context, itemIndex },
		`'${displayName}' is empty`,
		'Enter a value or remove the filter. If the value comes from an expression, check that the expression returns one for this item',
	);

/** Reads a moment; one that is not a date is refused. @returns ms epoch, undefined if nothing was entered */
export function dateTime(
	context: IExecuteFunctions,
	value: unknown,
	displayName: string,
	itemIndex: number,
): number | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	try {
		// the editor's date picker adds no time zone: the workflow's applies
		return tryToParseDateTime(value, context.getTimezone()).toMillis();
	} catch {
		throw inputError(
			{ context, itemIndex },
			`'${displayName}' is not a valid date`,
			'Enter it as ISO 8601, e.g. 2026-01-31T09:00:00Z',
		);
	}
}

/** Reads a switch of a collection, also as text from an expression; what is neither on nor off is refused. */
export function readSwitch(
	context: IExecuteFunctions,
	fields: IDataObject,
	name: string,
	displayName: string,
	itemIndex: number,
	byDefault = false,
): boolean {
	const value = name in fields ? fields[name] : byDefault;
	const entered = (text(value) ?? '').trim().toLowerCase();
	if (entered === 'true' || entered === 'false') return entered === 'true';
	throw inputError(
		{ context, itemIndex },
		`'${displayName}' is neither on nor off`,
		'Turn it on or off. If the value comes from an expression, check that the expression returns true or false for this item',
	);
}

/** As `readSwitch`, for a parameter of the node. */
export const switchParameter = (context: IExecuteFunctions, name: string, displayName: string, itemIndex: number) =>
	readSwitch(context, { [name]: context.getNodeParameter(name, itemIndex) }, name, displayName, itemIndex);

/** Reads 'Simplify'. @returns what makes an output of the API's record */
export const readSimplify = (
	context: IExecuteFunctions,
	itemIndex: number,
	simplify: (record: IDataObject) => IDataObject,
): ((record: IDataObject) => IDataObject) =>
	switchParameter(context, 'simplify', 'Simplify', itemIndex) ? simplify : (record) => record;

/** Reads how many records a Get Many wants: Infinity with *Return All*. */
export function readLimit(context: IExecuteFunctions, itemIndex: number): number {
	if (switchParameter(context, 'returnAll', 'Return All', itemIndex)) return Infinity;
	const limit = context.getNodeParameter('limit', itemIndex, 50);
	return wholeNumber(context, limit, 'Limit', "To return all results, turn on 'Return All'", itemIndex);
}

/** Reads a number that counts something; anything but a whole number of 1 or more is refused. */
export function wholeNumber(
	context: IExecuteFunctions,
	value: unknown,
	displayName: string,
	advice: string,
	itemIndex: number,
): number {
	const number = typeof value === 'boolean' ? NaN : Number(value);
	if (Number.isSafeInteger(number) && number >= 1) return number;
	throw inputError({ context, itemIndex }, `'${displayName}' must be a whole number, 1 or more`, advice);
}
