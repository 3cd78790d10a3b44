/** Every time that the package keeps, in milliseconds. Tests shorten them. */
export const times = {
	requestTimeout: 30_000,
	/** Placing a call may take Thoughtly longer, and giving up early leaves it unclear whether someone is being rung. */
	callTimeout: 60_000,
	/** The recording of an hour is some 60 MB. */
	fileTimeout: 5 * 60_000,
	/** Thoughtly counts requests by the minute (source: docs). */
	quotaWindow: 60_000,
	/** A request counts from its arrival, which we see no later than its answer; slower answers are taken to have arrived. */
	longestWayThere: 1_000,
	/** The first wait before a repeat; it doubles from try to try. */
	firstBackoff: 1_000,
	longestBackoff: 60_000,
	/** How long an item may go on being refused for the quota. */
	longestRefusal: 5 * 60_000,
	/** Between two looks at the calls that are waited for. */
	pollInterval: 15_000,
	/** How long *Start and Wait* waits unless its options say otherwise. */
	waitLimit: 30 * 60_000,
	/** How long the API's list of calls is given to catch up with an event. */
	listLag: 1_500,
	/** Waits from here on leave a line in n8n's log. */
	worthLogging: 5_000,
	/** n8n ends an activation after 84 s, its repeats of failed hooks (15 s of pauses) included. */
	longestHook: 60_000,
	/** Hooks that are further apart belong to different activations. */
	wholeActivation: 90_000,
	/** How long the trigger goes by what it read of its credential; a new token counts at once all the same. */
	credentialKept: 5_000,
	/** Deliveries with a stale signature leave a warning, but not one each. */
	betweenWarnings: 60_000,
	/** The API's clock and n8n's may differ by this much. */
	clockDifference: 60_000,
};
