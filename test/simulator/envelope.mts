// The envelope of responses, in every form that the sources leave open.
import type { ShapeOptions } from './options.mts';

/** A response with one record; `kind` is its key where the record is one level deeper. */
export function oneRecord(kind: string, record: object, { envelope, noError }: ShapeOptions): object {
	if (envelope === 'none') return record;
	return { data: envelope === 'deeper' ? { [kind]: record } : record, error: noError };
}

/** A response with a list; `rest` stands beside it. */
export function recordList(key: string, records: object[], options: ShapeOptions, rest: object = {}): object {
	const data = options.lists === 'bare' ? records : { [key]: records, ...rest };
	return options.envelope === 'none' ? data : { data, error: options.noError };
}

/** A refusal's status and body: its own status, or a 200 that says no. */
export function refusalOf(status: number, message: string, { refusals }: ShapeOptions): [number, object] {
	switch (refusals) {
		case 'status':
			return [status, { data: null, error: { message } }];
		case 'error':
			return [200, { data: null, error: { message } }];
		case 'success':
			return [200, { success: false, message }];
		case 'errors':
			return [200, { errors: [{ message }] }];
	}
}
