import axios from 'axios';

/** A webhook action of the Agent Builder, asked while the caller waits; all of it is its author's choice (docs). */
export interface MidCallAction {
	method: 'GET' | 'POST';
	url: string;
	headers?: Record<string, string>;
	/** The query of a GET, the JSON body of a POST. */
	payload?: Record<string, unknown>;
}

export interface MidCallResponse {
	status: number;
	headers: Record<string, unknown>;
	/** Parsed where it is JSON. */
	body: unknown;
	/** How long the caller waited. */
	ms: number;
}

/**
 * Asks as an agent does during a call. An automation's *Send Webhook* step sends the same request.
 * @throws where no response comes
 */
export async function askDuringCall({ method, url, headers, payload }: MidCallAction): Promise<MidCallResponse> {
	const asked = performance.now();
	const response = await axios.request<unknown>({
		method,
		url,
		headers,
		...(method === 'GET' ? { params: payload } : { data: payload ?? {} }),
		maxRedirects: 0,
		proxy: false,
		validateStatus: null,
	});
	const ms = performance.now() - asked;
	return { status: response.status, headers: { ...response.headers }, body: response.data, ms };
}
