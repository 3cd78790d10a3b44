import type { IDataObject } from 'n8n-workflow';
import type { components } from './schema';

type Schemas = components['schemas'];
type KeyOf<T> = T extends T ? keyof T : never;

/** A record as it came in: it has the fields of the contract, but what they hold is only known once it is read. */
type Received<T> = Partial<Record<KeyOf<T>, unknown>>;

export type ReceivedAgent = Received<Schemas['Agent']> & { name?: unknown };
export type ReceivedContact = Received<Schemas['Contact']>;
export type ReceivedSubscription = Received<Schemas['Subscription']> & { event?: unknown };
export type ReceivedUser = Received<Schemas['User']>;

/** A call's fields in all documented shapes at once; beside them what calls may have by the names of other records. */
export type ReceivedCall = Received<
	Schemas['Call'] | Schemas['ProfileCall'] | Schemas['NestedCall'] | Schemas['PlacedCall']
> & { summary?: unknown; response_tags?: unknown; created_at?: unknown };

export const isRecord = (value: unknown): value is IDataObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
