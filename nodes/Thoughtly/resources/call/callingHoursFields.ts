import type { INodeProperties } from 'n8n-workflow';

/** Options of a call about when people may be called; the rule behind them is in `callingHours.ts`. */

export const onlyCallBetweenField: INodeProperties = {
	displayName: 'Only Call Between',
	name: 'onlyCallBetween',
	type: 'fixedCollection',
	placeholder: 'Add Hours',
	default: { hours: {} },
	description: "Hours outside of which nobody is called, by the clock in the 'Time Zone' of whoever is called",
	options: [
		{
			displayName: 'Hours',
			name: 'hours',
			values: [
				{
					displayName: 'From',
					name: 'from',
					type: 'string',
					default: '09:00',
					placeholder: 'e.g. 09:00',
					description: 'Time of day, 00:00 to 23:59, from which on calls are placed',
				},
				{
					displayName: 'To',
					name: 'to',
					type: 'string',
					default: '18:00',
					placeholder: 'e.g. 18:00',
					description:
						"Time of day, 00:00 to 23:59, from which on no more calls are placed. If it is not later than 'From', it is one of the next day.",
				},
				{
					displayName: 'Weekdays',
					name: 'weekdays',
					type: 'multiOptions',
					default: [1, 2, 3, 4, 5],
					options: [
						{ name: 'Monday', value: 1 },
						{ name: 'Tuesday', value: 2 },
						{ name: 'Wednesday', value: 3 },
						{ name: 'Thursday', value: 4 },
						{ name: 'Friday', value: 5 },
						{ name: 'Saturday', value: 6 },
						{ name: 'Sunday', value: 7 },
					],
					description: 'Days on which the hours begin; hours over midnight last until the day after',
				},
				{
					displayName: 'Outside These Hours',
					name: 'outsideTheseHours',
					type: 'options',
					default: 'skip',
					options: [
						{
							name: 'Skip',
							value: 'skip',
							description:
								"Pass the item on, marked as skipped, with 'nextAllowedAt' (when the call may be placed) for a Wait node",
						},
						{ name: 'Fail', value: 'fail', description: 'Let the item fail and say when the call may be placed' },
					],
				},
			],
		},
	],
};

export const timeZoneField: INodeProperties = {
	displayName: 'Time Zone',
	name: 'timeZone',
	type: 'string',
	default: '',
	placeholder: 'e.g. Europe/Berlin',
	description:
		"Time zone that 'Only Call Between' is meant in, by its IANA name. Empty, it is the one of the phone number's country; where a country has several, the hours must hold in all of them.",
};
