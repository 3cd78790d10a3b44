import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { placeCall, readCall } from '../../api/call';
import type { Call } from '../../api/call';
import { createContact, findContactByPhone, readContact } from '../../api/contact';
import { ThoughtlyApiError } from '../../api/ThoughtlyApiError';
import { text } from '../../api/values';
import { atMostOnce, isTool, NotDone, wasAttempted } from '../../execution/atMostOnce';
import type { OnceAction } from '../../execution/atMostOnce';
import type { Operation } from '../../execution/operation';
import { reserve } from '../../execution/reservation';
import { optionsField } from '../../fields/common';
import { readJsonObject, readPairs, scriptValues } from '../../fields/keyValues';
import { collection, requiredId, wholeNumber } from '../../fields/parameters';
import { connectionOf } from '../../transport/connection';
import { log } from '../../transport/log';
import { appendMessage, isNodeError, prefixMessage } from '../../transport/nodeErrors';
import type { ExecutionScope } from '../../transport/scope';
import { agentExists, agentIdsOf, callOfAttempt, forgottenCall, noteRecentCall } from './callHistory';
import { isSamePerson, personKeys, readContactFields, readRecipient, withPhoneNumber } from './callee';
import type { Recipient } from './callee';
import { skipHints } from './callHints';
import { placedCall, skippedItem } from './callOutput';
import { calledRecently, hoursCheck, readGuards } from './guards';
import type { Guards } from './guards';
import { placingFields, placingOptions } from './placingFields';

/** What an item says about the call to place. */
export interface PlacingInput {
	agentId: string;
	recipient: Recipient;
	/** Fields of the contact, should it have to be created */
	contactFields: IDataObject;
	metadata?: IDataObject;
	guards: Guards;
}

/** What operations that place calls have in common: one after another unless the user wants more at once. */
export const placing = {
	concurrency: (context: IExecuteFunctions) => readCallsAtOnce(context, 0),
	read: async (context: IExecuteFunctions, itemIndex: number) =>
		await beforeCall({ context, itemIndex }, async () => await readPlacing(context, itemIndex)),
	serialKey: ({ recipient }: PlacingInput) => personKeys(recipient)[0],
	async run(context: IExecuteFunctions, itemIndex: number, input: PlacingInput): Promise<IDataObject> {
		const placement = new Placement({ context, itemIndex }, input);
		try {
			await beforeCall({ context, itemIndex }, async () => await placement.reserveRecipient());
			return await atMostOnce(context, itemIndex, placement);
		} finally {
			placement.release();
		}
	},
	hints: skipHints,
} satisfies Partial<Operation<PlacingInput>>;

/** Reads and checks what an item says about the call to place. */
export async function readPlacing(context: IExecuteFunctions, itemIndex: number): Promise<PlacingInput> {
	readCallsAtOnce(context, itemIndex);
	return {
		agentId: requiredId(context, 'agent', 'Agent', itemIndex),
		recipient: await readRecipient(context, itemIndex),
		contactFields: readContactFields(context, itemIndex),
		metadata: readMetadata(context, itemIndex),
		guards: await readGuards(context, itemIndex),
	};
}

/** Does what comes before a call. Its errors say that nobody was called: an AI agent sees nothing else, and might call again. */
export async function beforeCall<T>(scope: ExecutionScope, step: () => Promise<T>): Promise<T> {
	try {
		return await step();
	} catch (error) {
		const saysSo = /nobody was called/i.test((error as Error).message);
		throw isNodeError(error) && !saysSo ? appendMessage(error, `Nobody was called${thisTime(scope)}`) : error;
	}
}

/** The item may have been called before: in the execution that is retried, or before n8n ran the node again. */
const thisTime = (scope: ExecutionScope) => (isRetry(scope.context) || wasAttempted(scope) ? ' this time' : '');

const isRetry = (context: IExecuteFunctions) => context.getMode() === 'retry';

/** Reads 'Calls at Once'; the first item's holds for all of them. */
function readCallsAtOnce(context: IExecuteFunctions, itemIndex: number): number {
	const count = context.getNodeParameter('options.callsAtOnce', itemIndex, 1) ?? 1;
	return wholeNumber(context, count, 'Calls at Once', 'To place calls one by one, remove the option', itemIndex);
}

function readMetadata(context: IExecuteFunctions, itemIndex: number): IDataObject | undefined {
	if (context.getNodeParameter('specifyMetadata', itemIndex) === 'json') {
		const fields = readJsonObject(context, 'jsonMetadata', 'JSON Metadata', itemIndex);
		return scriptValues(context, fields, 'JSON Metadata', itemIndex);
	}
	const pairs = collection(context, 'metadata', itemIndex).metadataValues;
	return scriptValues(context, readPairs(context, pairs, 'Metadata', itemIndex), 'Metadata', itemIndex);
}

/** One item's call: whom it goes to becomes known step by step. */
class Placement implements OnceAction {
	readonly kind = 'call';

	/** Nothing is created or placed unless the steps before it let the call through. */
	readonly steps = [
		async () => await this.identifyForRetry(),
		async () => await this.identifyForTool(),
		async () => await this.checkHours(),
		async () => await this.findContact(),
		async () => await this.checkRecentCalls(),
		async () => await this.createMissingContact(),
		async () => await this.checkCallsOfFoundContact(),
	].map((step) => async () => await beforeCall(this.scope, step));

	private recipient: Recipient;

	/** How the contact became known: not at all yet, by looking for it, or by creating it. */
	private contact: 'unknown' | 'looked up' | 'created' = 'unknown';

	private outsideHours?: () => IDataObject | undefined;

	/** What releases each reserved key. */
	private readonly reserved = new Map<string, () => void>();

	constructor(
		private readonly scope: ExecutionScope,
		private readonly input: PlacingInput,
	) {
		this.recipient = input.recipient;
	}

	/**
	 * Waits until no other execution of this process is placing a call to the same person. All reserve a number before the
	 * contact, so that no two wait for each other.
	 */
	async reserveRecipient(): Promise<void> {
		const { accountKey } = await connectionOf(this.scope);
		const [first, ...others] = personKeys(this.recipient);
		if (!this.reserved.has(first)) this.release();
		for (const key of [first, ...others]) {
			if (!this.reserved.has(key)) this.reserved.set(key, await reserve(this.scope, `${accountKey} ${key}`));
		}
	}

	release(): void {
		for (const release of this.reserved.values()) release();
		this.reserved.clear();
	}

	target() {
		return { ...this.recipient, agentId: this.input.agentId };
	}

	isSameTarget(target: IDataObject): boolean {
		return isSamePerson(target, this.recipient);
	}

	/** Calls may be listed without their number: an earlier call must be found before a restriction skips the item. */
	private async identifyForRetry(): Promise<undefined> {
		if (isRetry(this.scope.context)) await this.findContact();
	}

	/** A model may name the same person by contact and by number, and the API's search may not find numbers. */
	private async identifyForTool(): Promise<undefined> {
		if (!isTool(this.scope.context) || this.recipient.phoneNumber) return;
		this.recipient = await withPhoneNumber(this.scope, this.recipient);
		await this.reserveRecipient();
	}

	private async checkHours(): Promise<IDataObject | undefined> {
		const { hours } = this.input.guards;
		if (!hours) return undefined;
		if (!hours.timeZone) this.recipient = await withPhoneNumber(this.scope, this.recipient);
		this.outsideHours = await hoursCheck(this.scope, hours, this.recipient);
		return this.skipped(this.outsideHours());
	}

	private async findContact(): Promise<undefined> {
		const { contactId, phoneNumber } = this.recipient;
		const isLookedUp = this.contact !== 'unknown';
		this.contact = 'looked up';
		if (contactId || isLookedUp) return;
		const contact = await findContactByPhone(this.scope, phoneNumber!).catch((error: Error) => this.noContact(error));
		if (contact) await this.nameContact(contact);
	}

	private async checkRecentCalls(): Promise<IDataObject | undefined> {
		const { agentId, guards } = this.input;
		if (!guards.calledWithin) return undefined;
		this.recipient = await withPhoneNumber(this.scope, this.recipient);
		await this.reserveRecipient();
		return this.skipped(await calledRecently(this.scope, agentId, guards.calledWithin, this.recipient));
	}

	private async createMissingContact(): Promise<undefined> {
		const { contactId, phoneNumber } = this.recipient;
		if (contactId) return;
		// a call to an agent that does not exist must not leave a contact behind
		await agentExists(this.scope, this.input.agentId);
		const fields = { phone_number: phoneNumber!, ...this.input.contactFields };
		await this.nameContact(await createContact(this.scope, fields).catch((error: Error) => this.noContact(error)));
		this.contact = 'created';
	}

	/** Where the API's search finds no numbers, a missing contact may have existed, with calls that are listed without a number. */
	private async checkCallsOfFoundContact(): Promise<IDataObject | undefined> {
		return this.contact === 'created' ? await this.checkRecentCalls() : undefined;
	}

	private async nameContact(record: IDataObject): Promise<void> {
		const { id, name } = readContact(record);
		this.recipient = { ...this.recipient, contactId: id!, ...(name && { contactName: name }) };
		await this.reserveRecipient();
	}

	async perform(): Promise<Call> {
		const { agentId, metadata } = this.input;
		const connection = await connectionOf(this.scope);
		const beforeSend = () => {
			const skip = this.skipped(this.outsideHours?.());
			if (skip) throw new NotDone(skip);
		};
		const request = { contactId: this.recipient.contactId!, agentId, metadata, beforeSend };
		const record = await placeCall(this.scope, request).catch((error: Error) => {
			const mayHaveRung = error instanceof ThoughtlyApiError && error.outcome === 'unclear';
			if (mayHaveRung) noteRecentCall(connection, this.recipient, agentId);
			throw error;
		});
		const call = placedCall(readCall(record), { ...this.recipient, agentId, metadata });
		noteRecentCall(connection, this.recipient, agentId, call);
		log(this.scope.context, `placed call ${call.id} with agent ${agentId}`);
		return call;
	}

	readonly history: OnceAction['history'] = {
		find: async ({ at, target }, known) => {
			const attempted = target as Recipient & { agentId: string };
			const call = await callOfAttempt(this.scope, attempted, { agentId: attempted.agentId, since: at, known });
			return call && placedCall(call, { ...attempted, metadata: this.input.metadata });
		},
		findForgotten: async (since, known) => {
			for (const agentId of await this.possibleAgentIds()) {
				// the API's search may not find numbers, and the same person may have several contacts
				const query = { agentId, since, known, isForAnyContact: this.contact !== 'unknown' };
				const call = await forgottenCall(this.scope, this.recipient, query);
				if (call) return placedCall(call, { ...this.recipient, agentId, metadata: this.input.metadata });
			}
			return undefined;
		},
	};

	/** An expression may have chosen another agent the first time. */
	private async possibleAgentIds(): Promise<string[]> {
		const { agentId } = this.input;
		const { value } = this.scope.context.getNode().parameters.agent as IDataObject;
		const isExpression = String(value).startsWith('=');
		return isExpression ? [...new Set([agentId, ...(await agentIdsOf(this.scope))])] : [agentId];
	}

	private noContact(error: Error): never {
		throw prefixMessage(error, `Could not find or create the contact, so nobody was called${thisTime(this.scope)}`);
	}

	private skipped(reason: IDataObject | undefined): IDataObject | undefined {
		const { agentId, metadata, contactFields } = this.input;
		const contactName = this.recipient.contactName ?? text(contactFields.name) ?? undefined;
		return reason && skippedItem(reason, { ...this.recipient, contactName, agentId, metadata });
	}
}

export const start: Operation<PlacingInput> = {
	name: 'Start',
	value: 'start',
	action: 'Start call',
	description: 'Place a real phone call immediately, without waiting for it to end',
	fields: [...placingFields, optionsField(placingOptions)],
	...placing,
};
