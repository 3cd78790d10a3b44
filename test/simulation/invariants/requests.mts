// What is promised of requests: the quota, the token, and the privacy of people.
import type { World } from '../world.mts';

const MINUTE = 60_000;

export function theQuotaIsKept({ simulator, history, tokens }: World): string[] {
	const { requestsPerMinute } = history.account;
	// a node that runs while the token changes goes on by the window of the old one
	if (tokens.size > 1) return [];
	// a process knows nothing of what one before it has sent
	const ports = new Set(simulator.requests.map(({ port }) => port));
	return [...ports].flatMap((port) => {
		const times = simulator.requests.filter((request) => request.port === port).map(({ at }) => at);
		const tooMany = times.find(
			(at, index) => index >= requestsPerMinute && at - times[index - requestsPerMinute] < MINUTE,
		);
		return tooMany === undefined
			? []
			: [`more than ${requestsPerMinute} requests in the minute to ${new Date(tooMany).toISOString()}`];
	});
}

/** The waits of n8n's *Retry On Fail*, in ms: at most two of a second in each of two runs, and some time to run. */
const TOLERANCE = 5_000;

/** Where nothing but the quota makes requests wait, they take at most 1.05 of the time that the quota takes. */
export function theQuotaIsUsed({ simulator, history }: World): string[] {
	const { account, api, executions, faults, incidents, pollTrigger, webhookTrigger } = history;
	const [{ operation, retries }, ...others] = executions;
	const isAlone = !others.length && !pollTrigger && !webhookTrigger && operation === 'start' && !retries;
	const times = simulator.requests.map(({ at }) => at);
	if (!isAlone || faults.length || incidents.length || api.latencyMs || !times.length) return [];
	const limit = MINUTE * Math.floor((times.length - 1) / account.requestsPerMinute);
	const taken = times[times.length - 1] - times[0];
	return taken <= 1.05 * limit + TOLERANCE
		? []
		: [`${times.length} requests took ${taken} ms, and the quota takes ${limit} ms`];
}

const PHONE_NUMBER = /\+?1?[ (.-]*415[ ).-]*555[ .-]*\d{4}/;

export function theTokenAndPeopleStayPrivate({ simulator, lineages, log }: World): string[] {
	const outputs = lineages.map(({ last, index }) => ({
		name: `execution ${index}`,
		text: JSON.stringify(last?.run ?? {}),
	}));
	// a former token, which the node does not know any more, opens nothing
	const leaks = [...outputs, { name: 'the log', text: log.join('\n') }].filter(({ text }) =>
		text.includes(simulator.token),
	);
	// n8n itself logs the messages of errors, which quote what was entered
	const lines = log.filter((line) => line.startsWith('Thoughtly (') && PHONE_NUMBER.test(line));
	return [
		...leaks.map(({ name }) => `the token is in ${name}`),
		...lines.map((line) => `a phone number is in the log: ${line}`),
	];
}
