import type { IDataObject, IExecuteFunctions, INodePropertyOptions } from 'n8n-workflow';
import { inputError } from '../transport/nodeErrors';

export const timeUnits: INodePropertyOptions[] = [
	{ name: 'Minutes', value: 'minutes' },
	{ name: 'Hours', value: 'hours' },
	{ name: 'Days', value: 'days' },
];

const MINUTE = 60_000;
const UNITS_MS: Record<string, number> = { minutes: MINUTE, hours: 60 * MINUTE, days: 24 * 60 * MINUTE };

/** Anything longer than a century is surely a mistake. */
export const CENTURY_MS = 100 * 365 * UNITS_MS.days;

/** Reads `amount` and `unit`; anything but a time from `shortestMs` to a century is refused. @returns ms */
export function readDuration(
	context: IExecuteFunctions,
	{ amount, unit }: IDataObject,
	displayName: string,
	itemIndex: number,
	shortestMs = 0,
): number {
	const unitMs = Object.hasOwn(UNITS_MS, String(unit)) ? UNITS_MS[String(unit)] : undefined;
	if (unitMs === undefined) {
		throw inputError(
			{ context, itemIndex },
			`The unit of '${displayName}' must be minutes, hours or days, not ${String(unit)}`,
			'Choose one from the list',
		);
	}
	const duration = Number(amount) * unitMs;
	const isReadable = typeof amount !== 'boolean' && amount !== null && String(amount).trim() !== '';
	if (isReadable && duration >= shortestMs && duration <= CENTURY_MS) return duration;
	throw inputError(
		{ context, itemIndex },
		`'${displayName}' is not a valid period: ${String(amount)} ${String(unit)}`,
		'Enter a number of minutes, hours or days',
	);
}
