// The options of the simulator: with them it behaves in every way that the public sources leave open.

/** A rolling window per token; a refused request does not count. */
export interface Quota {
	requests: number;
	windowMs: number;
	/** How the Retry-After header of a 429 is written; none is documented, so each must do. */
	retryAfter: 'seconds' | 'date' | 'none';
}

export interface DeliveryOptions {
	/** `flat` as a real delivery was (pipedream), `nested` as in the profile's example. */
	shape: 'flat' | 'nested';
	/** Also sends a NEW_RESPONSE when the call is placed, before it has an end (pipedream saw one). */
	early: boolean;
	/** How often each delivery is sent; 0 loses it. */
	repeats: number;
}

/** How responses and the records in them look. */
export interface ShapeOptions {
	/** Status words of the dashboard's History page, or the API reference's success and failure with an outcome. */
	vocabulary: 'dashboard' | 'api';
	/** In `{data, error}`, one level deeper as `{data: {contact: …}}`, or without `data` (the developer guide's sample). */
	envelope: 'data' | 'deeper' | 'none';
	/** Lists under their key, e.g. `contacts`, or as a bare array. */
	lists: 'keyed' | 'bare';
	/** The `error` of a response without one: null, `{}` or ''. */
	noError: null | object | string;
	/** With their own status, or with a 200 that says no: `{error}`, `{success: false}` or `{errors: […]}`. */
	refusals: 'status' | 'error' | 'success' | 'errors';
	/** Tags as they were sent, or all as strings, or as objects with a name. */
	tags: 'asSent' | 'strings' | 'objects';
	/** What stands for a field without a value, in flat calls and all other records. */
	emptyFields: 'null' | 'absent' | 'emptyText';
	/** `created` and `updated` (pipedream) or `created_at` and `updated_at` (profile), of all records but calls. */
	timestamps: 'created' | 'created_at';
	/** Flat calls carry the profile's `direction`, `outcome` and `custom_fields` too; a real delivery did not. */
	profileFields: boolean;
	/** Flat calls hold their contact; it may be absent (pipedream). */
	contactInCalls: boolean;
	/** The response to placing a call: the flat record, or the profile's `call_id` with three more fields. */
	placedCalls: 'flat' | 'profile';
	/** Calls in lists; `nested` as the profile's events have them. */
	listedCalls: 'flat' | 'profile' | 'nested';
}

/** What lists hold and in which order. */
export interface ListOptions {
	/** The most records of a page, whatever limit was asked for. */
	largestPage: number;
	callOrder: 'newest' | 'oldest' | 'unordered';
	/** How old a call or contact must be to be listed, in milliseconds. */
	listLagMs: number;
	/** How old a call may be to be listed, in milliseconds. */
	callHistoryMs: number;
	searchFindsNumbers: boolean;
	/**
	 * `GET /webhooks` whole and without a page parameter, whole for every page, in pages of 20, the first 20 for every page, or
	 * the first 20 and no page parameter.
	 */
	webhookListing: 'all' | 'allOnEveryPage' | 'paged' | 'ignoresPage' | 'cut';
	/** Whether listed subscriptions show their `data`. */
	webhookData: boolean;
}

/** What the API does where no source says it. */
export interface PolicyOptions {
	/** Creating a contact whose number exists. */
	existingContact: 'returned' | 'refused' | 'duplicated';
	/** Subscribing what is subscribed. */
	existingSubscription: 'returned' | 'refused' | 'duplicated';
	/** Subscribing to the events that are documented for unsubscribing only. */
	undocumentedEvents: 'accepted' | 'refused';
	/** Which agents' events a subscription without `data` gets. */
	eventsWithoutData: 'all' | 'none';
	/** Values in attributes and metadata: strings (clients), or numbers and booleans too (the docs' example). */
	values: 'strings' | 'scalars';
}

export interface SimulatorSettings extends ShapeOptions, ListOptions, PolicyOptions {
	/** 0: a free one. */
	port: number;
	token: string;
	teamId: string;
	/** Null for no limit. */
	quota: Quota | null;
	/** The server acts immediately and responds that many milliseconds late. */
	latencyMs: number;
	/** How far the API's clock is ahead of ours: in its Date header and its timestamps. */
	clockOffsetMs: number;
	/** Milliseconds between the statuses of a call; with 0 a call stays as placed until `finishCall`. */
	callPace: number;
	deliveries: DeliveryOptions;
	/** How long the response to a webhook is awaited, in milliseconds. */
	webhookTimeoutMs: number;
	/** Starts with 3 active agents, 1 archived one, 5 contacts, 4 calls that have ended, 1 automation. */
	seed: boolean;
}

export type SimulatorOptions = Partial<SimulatorSettings>;

export const defaults: SimulatorSettings = {
	port: 0,
	token: 'simulator-token',
	teamId: 'simulator-team',
	quota: { requests: 100, windowMs: 60_000, retryAfter: 'seconds' },
	latencyMs: 0,
	clockOffsetMs: 0,
	callPace: 500,
	deliveries: { shape: 'flat', early: false, repeats: 1 },
	webhookTimeoutMs: 5_000,
	seed: true,

	vocabulary: 'dashboard',
	envelope: 'data',
	lists: 'keyed',
	noError: null,
	refusals: 'status',
	tags: 'asSent',
	emptyFields: 'null',
	timestamps: 'created',
	profileFields: true,
	contactInCalls: true,
	placedCalls: 'flat',
	listedCalls: 'flat',

	largestPage: 50,
	callOrder: 'newest',
	listLagMs: 0,
	callHistoryMs: Infinity,
	searchFindsNumbers: true,
	webhookListing: 'all',
	webhookData: true,

	existingContact: 'returned',
	existingSubscription: 'refused',
	undocumentedEvents: 'refused',
	eventsWithoutData: 'all',
	values: 'strings',
};
