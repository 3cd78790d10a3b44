/** Every time that the package keeps, in milliseconds. Tests shorten them. */
export const times = {
	requestTimeout: 30_000,
	/** Placing a call may take Thoughtly longer, and giving up early leaves it unclear whether someone is being rung. */
	callTimeout: 60_000,
};
