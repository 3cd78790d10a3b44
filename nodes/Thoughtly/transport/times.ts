/** All of the package's times, in milliseconds. Tests shorten them. */
export const times = {
	requestTimeout: 30_000,
	/** Placing a call may take Thoughtly longer, and giving up early leaves it unclear whether someone is being called. */
	callTimeout: 60_000,
	/** The recording of an hour is some 60 MB. */
	fileTimeout: 5 * 60_000,
	/** Thoughtly counts requests by the minute (source: docs). */
	quotaWindow: 60_000,
	/** Thoughtly counts a request when it arrives, at the latest when it responds; a slower one is assumed to have arrived. */
	longestWayThere: 1_000,
	/** The first wait before a retry; it doubles with each attempt. */
	firstBackoff: 1_000,
	longestBackoff: 60_000,
	/** How long a request may keep being refused by the rate limit. */
	longestRefusal: 5 * 60_000,
	/** How long Thoughtly can have all requests of a token held back, until one asks again. */
	longestHoldBack: 60 * 60_000,
	/** Between two checks of the calls that are waited for. */
	pollInterval: 15_000,
	/** How long *Start and Wait* waits unless its options say otherwise. */
	waitLimit: 30 * 60_000,
	/** How long a wait's subscription outlives the wait's limit, which is counted from the last call placed. */
	subscriptionGrace: 24 * 60 * 60_000,
	/** How long the API's list of calls may take to catch up with an event. */
	listLag: 1_500,
	/** Longer waits leave a line in n8n's log, and a hint in the editor. */
	worthLogging: 5_000,
	/** n8n ends an activation after 84 s, including its repeats of failed hooks (15 s of pauses). */
	longestHook: 60_000,
	/** Hooks that are further apart belong to different activations. */
	wholeActivation: 90_000,
	/** How long the trigger relies on what it read of its credential; a new token counts at once all the same. */
	credentialKept: 5_000,
	/** Deliveries with a stale signature leave a warning, but not one each. */
	betweenWarnings: 60_000,
	/** How long this process remembers a call that the API's list may not show yet. */
	recentCallKept: 30 * 60_000,
	/** How long an execution relies on a list of calls: with a lag of 15 minutes at most, it misses nothing that is not remembered. */
	callsKept: 15 * 60_000,
	/** n8n's `sleep` cannot be cancelled: in short steps, none outlives a cancelled execution for long. */
	longestSleep: 1_000,
	/** Smaller differences of clocks may come from the resolution of `Date` headers and from the time a response takes. */
	negligibleOffset: 2_000,
	/** The API's clock and n8n's may differ by this much. */
	clockDifference: 60_000,
	/** A poll relies on calls being listed this long after they were created, and in order if they are this far apart. */
	longestListLag: 10 * 60_000,
	listDisorder: 60_000,
	/** How far back the first look at an agent searches for calls that are still running. */
	longestRunningCall: 4 * 60 * 60_000,
	/** A call without an end time whose status nobody knows counts as over at this age. */
	unknownCallOver: 4 * 60 * 60_000,
	/** How long a call that seems to be running is followed. */
	runningCallFollowed: 7 * 24 * 60 * 60_000,
	/** A poll is not worked on for longer, even where n8n would wait. */
	longestPoll: 5 * 60_000,
	/** A failure of polls that may pass by itself is reported once it has lasted this long. */
	outageReported: 15 * 60_000,
};
