// Deliberate mistakes: the simulation must find each of them.

/** A change of the package's sources, which must contain `from` exactly once. */
export interface Mutation {
	name: string;
	/** Under nodes/Thoughtly */
	file: string;
	from: string;
	to: string;
}

export const MUTATIONS: Mutation[] = [
	{
		name: 'forget an attempt after any error',
		file: 'execution/atMostOnce.ts',
		from: 'if (hadNoEffect(context, error)) noted.forget();',
		to: 'noted.forget();',
	},
	{
		name: 'note an attempt only once it has succeeded',
		file: 'execution/atMostOnce.ts',
		from: 'ofThisRun[key] = attempt;',
		to: '',
	},
	{
		name: 'do not look for calls placed before a crash',
		file: 'execution/atMostOnce.ts',
		from: 'return await action.history?.findForgotten(memory.since, memory.known());',
		to: 'return undefined;',
	},
	{
		name: 'name items without the run index',
		file: 'execution/atMostOnce.ts',
		from: "`${context.getNode().id} ${String(context.evaluateExpression('{{ $runIndex }}', itemIndex))}`",
		to: 'context.getNode().id',
	},
	{
		name: 'name items without the node',
		file: 'execution/atMostOnce.ts',
		from: "`${context.getNode().id} ${String(context.evaluateExpression('{{ $runIndex }}', itemIndex))}`",
		to: "String(context.evaluateExpression('{{ $runIndex }}', itemIndex))",
	},
	{
		name: "treat an AI agent's tool calls as separate items",
		file: 'execution/atMostOnce.ts',
		from: 'attempt.isTool && isSame(attempt)',
		to: '!attempt',
	},
	{
		name: 'count 408 as refused',
		file: 'transport/failure.ts',
		from: 'const GAVE_UP_WAITING = [408, 425, 499];',
		to: 'const GAVE_UP_WAITING = [425, 499];',
	},
	{
		name: 'count every network failure as not connected',
		file: 'transport/failure.ts',
		from: "return failure.connected ? 'unclear' : 'not connected';",
		to: "return 'not connected';",
	},
	{
		name: 'place a call again after an unclear outcome',
		file: 'transport/retry.ts',
		from: "{ outcome: 'unclear', kinds: ['call', 'automation'], attempts: 1,",
		to: "{ outcome: 'unclear', kinds: ['call', 'automation'], attempts: 3,",
	},
	{
		name: 'compare people by contact ID only',
		file: 'resources/call/callee.ts',
		from: "(has('phoneNumber') && sameNumber(a.phoneNumber, b.phoneNumber))",
		to: 'false',
	},
	{
		name: 'compare numbers as text',
		file: 'api/contact.ts',
		from: '	const [one, other] = [a, b].map((value) => {',
		to: '	return a === b;\n	const [one, other] = [a, b].map((value) => {',
	},
	{
		name: 'check the hours before the queue only',
		file: 'resources/call/start.ts',
		from: 'const skip = this.skipped(this.outsideHours?.());',
		to: 'const skip = undefined;',
	},
	{
		name: 'let the hours begin at midnight',
		file: 'phone/callingHours.ts',
		from: 'const wall = at + offset - from * MINUTE;',
		to: 'const wall = at + offset;',
	},
	{
		name: 'read a filter without a value as no filter',
		file: 'resources/call/guards.ts',
		from: 'calledWithin: time && {',
		to: 'calledWithin: time && time.amount !== undefined && {',
	},
	{
		name: 'drop the sign of a number that a spreadsheet has calculated',
		file: 'phone/cell.ts',
		from: "if (value < 0) return { refusal: 'negative' };",
		to: 'if (value < 0) return readNumeric(-value);',
	},
	{
		name: 'forget who was just called by this process',
		file: 'resources/call/callHistory.ts',
		from: 'recentCalls.set(key, [...others, dated]);',
		to: '',
	},
	{
		name: 'do not reserve the person while a call is placed',
		file: 'execution/reservation.ts',
		from: 'await orAborted(turn, signalOf(scope));',
		to: '',
	},
	{
		name: 'use half of the quota',
		file: 'transport/connection.ts',
		from: 'account.quota.limit = limit;',
		to: 'account.quota.limit = Math.ceil(limit / 2);',
	},
	{
		name: 'count one request too few against the quota',
		file: 'transport/quota.ts',
		from: 'this.counted.length < this.limit\n',
		to: 'this.counted.length <= this.limit\n',
	},
	{
		name: "ignore how far the API's clock is off",
		file: 'transport/apiClock.ts',
		from: 'return time + this.offset;',
		to: 'return time;',
	},
	{
		name: 'after a timeout, say that nobody was called',
		file: 'api/ThoughtlyApiError.ts',
		from: "const effect = (outcomeOf(failure) === 'unclear' ? UNCLEAR_ADVICE : NOT_DONE)[call.kind];",
		to: 'const effect = NOT_DONE[call.kind];',
	},
	{
		name: 'say that a call may have been placed although none was requested',
		file: 'resources/call/start.ts',
		from: 'Could not find or create the contact, so nobody was called',
		to: 'Could not find or create the contact, and the call may have been placed',
	},
	{
		name: 'leave the token in what Thoughtly says',
		file: 'transport/request.ts',
		from: 'const body = maskToken(parse(text), connection.token);',
		to: 'const body = parse(text);',
	},
	{
		name: "remove whatever is subscribed at the trigger's path",
		file: 'webhookUrls/signedUrl.ts',
		from: '&& claimsOf(url)?.instance === instance;',
		to: ';',
	},
	{
		name: 'pass a call on whenever it is delivered',
		file: 'trigger/delivery.ts',
		from: 'if (isDuplicate(stateOfCall(call))) return DUPLICATE;',
		to: '',
	},
	{
		name: 'subscribe to all agents but the first',
		file: 'trigger/subscriptionPlan.ts',
		from: 'create: wanted.filter((subscription) => copiesOf(subscription, existing) !== 1),',
		to: 'create: wanted.slice(1).filter((subscription) => copiesOf(subscription, existing) !== 1),',
	},
	{
		name: 'treat a call that was seen running as already passed on',
		file: 'trigger/polling.ts',
		from: 'running.set(call.id, { created: time, seen: now });',
		to: 'done.set(call.id, time);',
	},
	{
		name: 'pass on a polled call again while it is listed',
		file: 'trigger/polling.ts',
		from: '	running.delete(call.id);\n	done.set(call.id, time);',
		to: '	running.delete(call.id);',
	},
];
