import { RETRY_RULES } from '../../../nodes/Thoughtly/transport/retry';
import { table } from '../../generatedBlocks.mts';
import { OPERATIONS } from '../operationParameters.mts';
import { FAULTS } from './faultRows.mts';

/** What became of an operation under a fault. */
export interface Outcome {
	/** How often the request that the fault hits was sent */
	attempts: number;
	/** The error's message, undefined if there was none */
	message?: string;
}

/** By fault and operation */
export type Outcomes = Record<string, Record<string, Outcome>>;

/** "ok", "failed", or "unclear" if the error says that it may have happened; with the number of attempts if more than one. */
function cell({ attempts, message }: Outcome): string {
	const word = !message ? 'ok' : /may have/.test(message) ? 'unclear' : 'failed';
	return attempts === 1 ? word : `${word}, ${attempts}×`;
}

function rules(): string {
	return table([
		['outcome', 'request', 'attempts', 'why'],
		...RETRY_RULES.map(({ outcome, kinds, attempts, reason }) => [
			outcome,
			kinds.join(', '),
			attempts === Infinity ? 'for up to 5 minutes' : String(attempts),
			reason,
		]),
	]);
}

/** One table a resource; faults under which all of its operations fare the same share a row. */
function matrix(outcomes: Outcomes): string {
	const resources = [...new Set(OPERATIONS.map((operation) => operation.split(': ')[0]))];
	const tables = resources.map((resource) => {
		const operations = OPERATIONS.filter((operation) => operation.startsWith(`${resource}: `));
		const faultsByCells = new Map<string, string[]>();
		for (const { name } of FAULTS) {
			const cells = operations.map((operation) => cell(outcomes[name][operation])).join(' | ');
			faultsByCells.set(cells, [...(faultsByCells.get(cells) ?? []), name]);
		}
		return table([
			[resource, ...operations.map((operation) => `\`${operation.split(': ')[1]}\``)],
			...[...faultsByCells].map(([cells, names]) => [names.join('; '), cells]),
		]);
	});
	return tables.join('\n\n');
}

/** The messages of an operation, without what is only true of one run. */
function messages(outcomes: Outcomes, operation: string): string {
	const rows = FAULTS.flatMap(({ name }) => {
		const { message } = outcomes[name][operation];
		if (!message) return [];
		const general = message
			.replace(/ \[item 0\]$/, '')
			.replace('within 0.3 seconds', 'within 60 seconds')
			.replace(/[\w-]{36}/g, '…');
		return [[name, general]];
	});
	return table([['fault', `error message of \`${operation}\``], ...rows]);
}

/** The generated parts of docs/reliability.md, by name. */
export const tables = (outcomes: Outcomes): Record<string, string> => ({
	rules: rules(),
	matrix: matrix(outcomes),
	messages: messages(outcomes, 'call: start'),
});
