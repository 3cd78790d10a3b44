// What happens in a history, as plain data: whoever reads it can see what goes on.
import type { AiAgent } from '../engine/n8n/tools.mts';
import type { SimulatorSettings } from '../simulator/simulator.mts';

export interface History {
	/** When it begins, ISO 8601. */
	start: string;
	/** How the API behaves where no source says it; what is left out is as the simulator has it by default. */
	api: Partial<SimulatorSettings>;
	account: { requestsPerMinute: number; defaultCountry: '' | 'US' };
	/** Calls that were placed before, by someone else. */
	earlierCalls: EarlierCall[];
	/** Calls that people make while it lasts. */
	inboundCalls: InboundCall[];
	executions: Execution[];
	webhookTrigger: WebhookTrigger | null;
	pollTrigger: PollTrigger | null;
	deliveries: Deliveries;
	faults: PlannedFault[];
	incidents: Incident[];
	/** In which order requests that wait at the same time are let in, and everything else that is left to chance. */
	chance: number;
	/** Whether Thoughtly has its contacts' numbers without the country code, as they may have been entered. */
	hasNationalNumbers: boolean;
}

export interface EarlierCall {
	/** One of the people who are contacts from the beginning */
	person: number;
	agent: number;
	minutesBefore: number;
	status: 'COMPLETED' | 'NO_ANSWER' | 'FAILED' | 'IN_PROGRESS';
}

export interface InboundCall {
	/** Seconds after the beginning */
	at: number;
	person: number;
	agent: number;
}

/** A workflow with the webhook trigger, published from the beginning to the end. */
export interface WebhookTrigger {
	agents: number[] | 'all';
	/** How many subscriptions of others there are. */
	strangers: number;
	/** After how many minutes it is unpublished and published again, if it is. */
	republishedAfter: number | null;
}

/** A workflow with the poll trigger, published from the beginning on. */
export interface PollTrigger {
	agents: number[] | 'all';
	everyMinutes: number;
}

/** How Thoughtly's webhooks travel. */
export interface Deliveries {
	shape: 'flat' | 'nested';
	/** Whether one is sent when a call is placed, too. */
	early: boolean;
	repeats: number;
	/** How many of ten get lost. */
	lost: number;
	/** The longest that one takes, in seconds: others may overtake it. */
	longest: number;
}

/**
 * How a workflow leads to the node: once, twice in a loop, back from its error output, or to a second node as well; or an AI
 * agent has it as its tool.
 */
export type WorkflowShape = 'once' | 'loop' | 'errorsBack' | 'twoNodes' | AiAgent;

export const isTool = <T extends Pick<Execution, 'workflow'>>(execution: T): execution is T & { workflow: AiAgent } =>
	execution.workflow === 'functionAgent' || execution.workflow === 'engineAgent';

/** One execution of a workflow that calls people. */
export interface Execution {
	/** Seconds after the beginning */
	at: number;
	workflow: WorkflowShape;
	operation: 'start' | 'waitByPolling' | 'waitByWebhook';
	items: Item[];
	onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	/** How often *Retry On Fail* runs the node at most. */
	maxTries: number;
	/** More than 1, for a tool: the model calls it again before it was answered. */
	callsAtOnce: number;
	hours: Hours | null;
	skip: Skip | null;
	/** How often someone asks n8n to retry the execution if it has failed or n8n has crashed. */
	retries: number;
}

export interface Item {
	/** Whom the item means, see `people.mts`. */
	person: number;
	by: 'contact' | 'phoneNumber';
	spelling: string;
	/** Null: the expression finds none. */
	agent: number | null;
}

/** Calling hours; `timeZone` '' for that of the number. */
export interface Hours {
	from: string;
	to: string;
	weekdays: number[];
	timeZone: string;
	outside: 'skip' | 'fail';
}

/** Skip if Called Within; amount null: the expression finds none. */
export interface Skip {
	amount: number | null;
	unit: 'minutes' | 'hours' | 'days';
	sameAgentOnly: boolean;
	countOnlyAnswered: boolean;
}

/** The kinds of requests that a fault may meet. */
export type RequestKind =
	| 'any'
	| 'place call'
	| 'list calls'
	| 'find contact'
	| 'create contact'
	| 'get contact'
	| 'list subscriptions'
	| 'subscribe'
	| 'unsubscribe';

/** Meets `times` requests of a kind, after so many that pass. */
export interface PlannedFault {
	request: RequestKind;
	after: number;
	times: number;
	/** See `faults.mts`. */
	name: string;
	/** Whether Thoughtly does first what it was asked to. */
	acts: boolean;
}

/** Something that happens once so many requests were let in. */
export type Incident = { afterRequests: number } & (
	| { what: 'crash'; secondsDown: number }
	| { what: 'cancel'; execution: number }
	| { what: 'clock jump'; seconds: number }
	| { what: 'new token' }
	| { what: 'API down'; seconds: number }
);
