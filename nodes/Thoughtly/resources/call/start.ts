import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { placeCall, readCall } from '../../api/call';
import type { Call } from '../../api/call';
import { createContact, findContactByPhone, readContact } from '../../api/contact';
import { ThoughtlyApiError } from '../../api/ThoughtlyApiError';
import { text } from '../../api/values';
import { atMostOnce, isTool, NotDone } from '../../execution/atMostOnce';
import type { OnceAction } from '../../execution/atMostOnce';
import type { Operation } from '../../execution/operation';
import { reserve } from '../../execution/reservation';
import { optionsField } from '../../fields/common';
import { readJsonObject, readPairs, scriptValues } from '../../fields/keyValues';
import { collection, requiredId, wholeNumber } from '../../fields/parameters';
import { connectionOf } from '../../transport/connection';
import { log } from '../../transport/log';
import { appendMessage, prefixMessage } from '../../transport/nodeErrors';
import type { ExecutionScope } from '../../transport/scope';
import { agentExists, agentIdsOf, callOfAttempt, callSince, noteRecentCall } from './callHistory';
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
	concurrency(context: IExecuteFunctions): number {
		const count = collection(context, 'options', 0).callsAtOnce ?? 1;
		return wholeNumber(context, count, 'Calls at Once', 'Remove the option to place calls one by one', 0);
	},
	async read(context: IExecuteFunctions, itemIndex: number): Promise<PlacingInput> {
		return {
			agentId: requiredId(context, 'agent', 'Agent', itemIndex),
			recipient: await readRecipient(context, itemIndex),
			contactFields: readContactFields(context, itemIndex),
			metadata: readMetadata(context, itemIndex),
			guards: await readGuards(context, itemIndex),
		};
	},
	serialKey: ({ recipient }: PlacingInput) => personKeys(recipient)[0],
	async run(context: IExecuteFunctions, itemIndex: number, input: PlacingInput): Promise<IDataObject> {
		const placement = new Placement({ context, itemIndex }, input);
		try {
			await placement.reserveRecipient();
			return await atMostOnce(context, itemIndex, placement);
		} finally {
			placement.release();
		}
	},
	hints: skipHints,
} satisfies Partial<Operation<PlacingInput>>;

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
	].map((step) => async () => await step().catch((error: Error) => this.nobodyWasCalled(error)));

	private recipient: Recipient;

	private wasSearched = false;

	private wasMissing = false;

	private outsideHours?: () => IDataObject | undefined;

	private hasReservedNumber = false;

	private readonly releases: Array<() => void> = [];

	constructor(
		private readonly scope: ExecutionScope,
		private readonly input: PlacingInput,
	) {
		this.recipient = input.recipient;
	}

	/** Waits until no other execution of this process is placing a call to the same person. */
	async reserveRecipient(person: IDataObject = this.recipient): Promise<void> {
		this.hasReservedNumber ||= Boolean(person.phoneNumber);
		const { accountKey } = await connectionOf(this.scope);
		for (const key of personKeys(person)) this.releases.push(await reserve(this.scope, `${accountKey} ${key}`));
	}

	/** All reserve the number before the contact, so that no two wait for each other. */
	private async reserveNumberToo(): Promise<void> {
		if (this.hasReservedNumber || !this.recipient.phoneNumber) return;
		this.release();
		await this.reserveRecipient();
	}

	release(): void {
		for (const release of this.releases.splice(0)) release();
	}

	target() {
		return { ...this.recipient, agentId: this.input.agentId };
	}

	isSameTarget(target: IDataObject): boolean {
		return isSamePerson(target, this.recipient);
	}

	/** Calls may be listed without their number: an earlier call must be found before a restriction skips the item. */
	private async identifyForRetry(): Promise<undefined> {
		if (!this.isRetry) return;
		await this.findContact();
		this.wasSearched = true;
	}

	/** A model may name the same person by contact and by number, and the API's search may not find numbers. */
	private async identifyForTool(): Promise<undefined> {
		if (!isTool(this.scope.context) || this.recipient.phoneNumber) return;
		this.recipient = await withPhoneNumber(this.scope, this.recipient);
		await this.reserveNumberToo();
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
		if (contactId) return;
		const contact = await findContactByPhone(this.scope, phoneNumber!).catch((error: Error) => this.noContact(error));
		if (contact) await this.nameContact(contact);
	}

	private async checkRecentCalls(): Promise<IDataObject | undefined> {
		const { agentId, guards } = this.input;
		if (!guards.calledWithin) return undefined;
		this.recipient = await withPhoneNumber(this.scope, this.recipient);
		await this.reserveNumberToo();
		return this.skipped(await calledRecently(this.scope, agentId, guards.calledWithin, this.recipient));
	}

	private async createMissingContact(): Promise<undefined> {
		const { contactId, phoneNumber } = this.recipient;
		if (contactId) return;
		// a call to an agent that does not exist must not leave a contact behind
		await agentExists(this.scope, this.input.agentId);
		const fields = { phone_number: phoneNumber!, ...this.input.contactFields };
		await this.nameContact(await createContact(this.scope, fields).catch((error: Error) => this.noContact(error)));
		this.wasMissing = true;
	}

	/** Where the API's search finds no numbers, a missing contact may have existed, with calls that are listed without a number. */
	private async checkCallsOfFoundContact(): Promise<IDataObject | undefined> {
		return this.wasMissing ? await this.checkRecentCalls() : undefined;
	}

	private async nameContact(record: IDataObject): Promise<void> {
		const { id, name } = readContact(record);
		this.recipient = { ...this.recipient, contactId: id!, ...(name && { contactName: name }) };
		await this.reserveRecipient({ contactId: id });
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
				const query = { agentId, since, known, isForAnyContact: this.wasSearched };
				const call = await callSince(this.scope, this.recipient, query);
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

	private get isRetry(): boolean {
		return this.scope.context.getMode() === 'retry';
	}

	/** What errors add to "nobody was called": the execution that is retried may have called someone. */
	private get thisTime(): string {
		return this.isRetry ? ' this time' : '';
	}

	private noContact(error: Error): never {
		throw prefixMessage(error, `Could not find or create the contact, so nobody was called${this.thisTime}`);
	}

	/** An AI agent sees only the message; without this it might call again. */
	private nobodyWasCalled(error: Error): never {
		const isSaid = /nobody was called/i.test(error.message);
		throw error instanceof ThoughtlyApiError && !isSaid
			? appendMessage(error, `Nobody was called${this.thisTime}`)
			: error;
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
