// Draws histories; fast-check makes a failing one as small as it can.
import fc from 'fast-check';
import { faultNames } from './faults.mts';
import { isTool } from './history.mts';
import type {
	Deliveries,
	EarlierCall,
	Execution,
	History,
	Hours,
	InboundCall,
	Incident,
	Item,
	PlannedFault,
	PollTrigger,
	RequestKind,
	Skip,
	WebhookTrigger,
} from './history.mts';
import { KNOWN_PEOPLE, PEOPLE, spellings } from './people.mts';

const AGENTS = 3;

/** Mostly the first value; fast-check shrinks towards it. */
const mostly = <T, U = never>(usual: T, ...others: fc.Arbitrary<U>[]) =>
	fc.oneof({ weight: 3, arbitrary: fc.constant<T>(usual) }, ...others.map((arbitrary) => ({ weight: 1, arbitrary })));

const usually = <T,>(usual: T, ...others: T[]) => mostly<T, T>(usual, fc.constantFrom(...others));

const person = fc.nat(PEOPLE - 1);
const agent = fc.nat(AGENTS - 1);

const api = fc.record({
	vocabulary: usually('dashboard', 'api'),
	envelope: usually('data', 'deeper', 'none'),
	lists: usually('keyed', 'bare'),
	noError: usually<null | object | string>(null, {}, ''),
	emptyFields: usually('null', 'absent', 'emptyText'),
	timestamps: usually('created', 'created_at'),
	profileFields: usually(true, false),
	contactInCalls: usually(true, false),
	placedCalls: usually('flat', 'profile'),
	listedCalls: usually('flat', 'profile', 'nested'),
	largestPage: usually(50, 10, 20),
	callOrder: usually('newest', 'oldest', 'unordered'),
	listLagMs: usually(0, 1_000, 8_000),
	searchFindsNumbers: usually(true, false),
	existingContact: usually('returned', 'refused', 'duplicated'),
	webhookListing: usually('all', 'paged', 'ignoresPage', 'cut'),
	webhookData: usually(true, false),
	existingSubscription: usually('refused', 'returned', 'duplicated'),
	clockOffsetMs: mostly(0, fc.integer({ min: -3_600_000, max: 3_600_000 })),
	latencyMs: usually(0, 300, 3_000),
}) satisfies fc.Arbitrary<History['api']>;

const item: fc.Arbitrary<Item> = fc
	.record({
		person,
		by: fc.constantFrom<Item['by'][]>('phoneNumber', 'contact'),
		spelling: mostly('plain', fc.constantFrom(...spellings)),
		agent: fc.oneof({ weight: 30, arbitrary: agent }, { weight: 1, arbitrary: fc.constant(null) }),
	})
	.map((drawn) => (drawn.person < KNOWN_PEOPLE ? drawn : { ...drawn, by: 'phoneNumber' }));

/** Stands for hours that end while the history begins. */
const SOON = 'soon';

function endSoon(hours: Hours, start: string): Hours {
	const timeOf = (afterMinutes: number) =>
		new Date(Date.parse(start) + 60_000 * afterMinutes).toISOString().slice(11, 16);
	return { ...hours, from: timeOf(-60), to: timeOf(2), weekdays: [1, 2, 3, 4, 5, 6, 7], timeZone: 'UTC' };
}

const hours: fc.Arbitrary<Hours> = fc.record({
	from: fc.constantFrom('09:00', '00:00', '9:30', '22:00'),
	to: fc.constantFrom(SOON, SOON, '18:00', '17:59', '06:00', '09:00'),
	weekdays: fc.constantFrom([1, 2, 3, 4, 5], [6, 7], [7], [1, 2, 3, 4, 5, 6, 7]),
	timeZone: fc.constantFrom('', 'America/New_York', 'Europe/Berlin', 'UTC'),
	outside: fc.constantFrom('skip', 'fail'),
});

const skip: fc.Arbitrary<Skip> = fc.record({
	amount: usually<number | null>(24, 1, 30, null),
	unit: usually('hours', 'minutes', 'days'),
	sameAgentOnly: fc.boolean(),
	countOnlyAnswered: usually(false, true),
});

const execution: fc.Arbitrary<Execution> = fc
	.record<Execution>({
		at: mostly(0, fc.nat(300)),
		workflow: usually('once', 'loop', 'errorsBack', 'twoNodes', 'functionAgent', 'engineAgent'),
		operation: usually('start', 'waitByPolling', 'waitByWebhook'),
		items: fc.array(item, { minLength: 1, maxLength: 6 }),
		onError: fc.constantFrom('stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'),
		maxTries: fc.constantFrom(1, 2, 3),
		callsAtOnce: usually(1, 2, 5),
		hours: mostly(null, hours),
		skip: mostly(null, skip),
		retries: fc.constantFrom(0, 1, 2),
	})
	// an AI agent does not wait for a call to end, and a tool has no output for errors
	.map((drawn) => (isTool(drawn) ? { ...drawn, operation: 'start', onError: 'stopWorkflow' } : drawn));

/** Mostly calls: whatever else goes wrong can be repeated. */
const requestKind = fc.oneof(
	fc.constant<RequestKind>('place call'),
	fc.constantFrom<RequestKind[]>(
		'any',
		'list calls',
		'find contact',
		'create contact',
		'get contact',
		'list subscriptions',
		'subscribe',
		'unsubscribe',
	),
);

const fault: fc.Arbitrary<PlannedFault> = fc.record({
	request: requestKind,
	after: fc.nat(3),
	times: fc.constantFrom(1, 1, 2, 5),
	name: fc.constantFrom(...faultNames),
	acts: fc.constantFrom(true, true, false),
});

const afterRequests = fc.nat(30);
const incident: fc.Arbitrary<Incident> = fc.oneof(
	fc.record({ afterRequests, what: fc.constant('crash' as const), secondsDown: fc.integer({ min: 15, max: 120 }) }),
	fc.record({ afterRequests, what: fc.constant('cancel' as const), execution: fc.nat(1) }),
	fc.record({ afterRequests, what: fc.constant('new token' as const) }),
	fc.record({ afterRequests, what: fc.constant('API down' as const), seconds: usually(2, 30, 1_200) }),
	fc.record({ afterRequests, what: fc.constant('clock jump' as const), seconds: fc.integer({ min: -50, max: 3_600 }) }),
);

const earlierCall: fc.Arbitrary<EarlierCall> = fc.record({
	person: fc.nat(KNOWN_PEOPLE - 1),
	agent,
	minutesBefore: fc.integer({ min: 2, max: 3_000 }),
	status: fc.constantFrom('COMPLETED', 'NO_ANSWER', 'FAILED', 'IN_PROGRESS'),
});

const inboundCall: fc.Arbitrary<InboundCall> = fc.record({
	at: fc.nat(1_800),
	person: fc.nat(KNOWN_PEOPLE - 1),
	agent,
});

const agents = mostly<'all', number[]>('all', fc.uniqueArray(agent, { minLength: 1 }));

const webhookTrigger: fc.Arbitrary<WebhookTrigger> = fc.record({
	agents,
	strangers: usually(1, 0, 19, 25),
	republishedAfter: mostly<null, number>(null, fc.nat(40)),
});

const pollTrigger: fc.Arbitrary<PollTrigger> = fc.record({ agents, everyMinutes: usually(5, 1, 15) });

const deliveries: fc.Arbitrary<Deliveries> = fc.record({
	shape: usually('flat', 'nested'),
	early: usually(false, true),
	repeats: usually(1, 2),
	lost: usually(0, 1, 5),
	longest: usually(0, 5, 120),
});

/** Within two weeks around the change to winter time in California. */
const start = fc
	.integer({ min: Date.parse('2026-10-26T00:00:00Z'), max: Date.parse('2026-11-08T00:00:00Z') })
	.map((time) => new Date(time - (time % 1_000)).toISOString());

const drawn: fc.Arbitrary<History> = fc.record({
	start,
	api,
	account: fc.record({ requestsPerMinute: usually(1_000, 100, 5, 5, 12), defaultCountry: usually('US', '') }),
	earlierCalls: fc.array(earlierCall, { maxLength: 4 }),
	inboundCalls: fc.array(inboundCall, { maxLength: 4 }),
	executions: fc.array(execution, { minLength: 1, maxLength: 2 }),
	webhookTrigger: mostly(null, webhookTrigger),
	pollTrigger: mostly(null, pollTrigger),
	deliveries,
	faults: fc.array(fault, { maxLength: 4 }),
	incidents: fc.array(incident, { maxLength: 2 }),
	chance: fc.nat(),
	hasNationalNumbers: usually(false, true),
});

/** Nothing goes wrong, and only the quota takes time. */
const quiet = drawn.map(({ executions: [execution], api: apiDrawn, account, ...history }) => ({
	...history,
	api: { ...apiDrawn, latencyMs: 0 },
	account: { ...account, requestsPerMinute: 5 },
	executions: [{ ...execution, operation: 'start' as const, retries: 0 }],
	webhookTrigger: null,
	pollTrigger: null,
	faults: [],
	incidents: [],
}));

const either = fc.oneof({ weight: 9, arbitrary: drawn }, { weight: 1, arbitrary: quiet });

export const histories = either.map((history) => ({
	...history,
	executions: history.executions.map((one) =>
		one.hours?.to === SOON ? { ...one, hours: endSoon(one.hours, history.start) } : one,
	),
}));
