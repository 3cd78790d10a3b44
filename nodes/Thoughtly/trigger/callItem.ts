import type { IDataObject } from 'n8n-workflow';
import type { Call } from '../api/call';
import { withoutErrorKey } from '../execution/runItems';

/** The item of a call that starts a workflow: the event first, whatever the record says, and the call or its record. */
export const callItem = (event: string, call: Call, record: IDataObject, simplify: boolean): IDataObject => ({
	...{ event },
	...(simplify ? call : withoutErrorKey(record)),
	...{ event },
});
