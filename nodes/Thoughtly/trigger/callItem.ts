import type { IDataObject } from 'n8n-workflow';
import { readCall } from '../api/call';
import type { Call } from '../api/call';
import { withoutErrorKey } from '../execution/runItems';

/** The call in a record; the agent is known even where the record does not name it. */
export function callOfAgent(record: IDataObject, agentId: string | null): Call {
	const call = readCall(record);
	return { ...call, agentId: call.agentId ?? agentId };
}

/** The item of a call that starts a workflow: the event first, whatever the record says, and the call or its record. */
export const callItem = (event: string, call: Call, record: IDataObject, simplify: boolean): IDataObject => ({
	...{ event },
	...(simplify ? call : withoutErrorKey(record)),
	...{ event },
});
