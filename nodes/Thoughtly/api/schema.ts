/**
 * Types of what the Thoughtly API takes and sends, in every documented shape.
 * Generated from the simulator's contract (test/simulator) by `npm run generate:types`: do not edit.
 */

export interface paths {
	'/interview': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get Agents
		 * @description Lists agents, only active ones unless asked otherwise.
		 */
		get: operations['getAgents'];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/interview/{interview_id}/responses': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Search Calls
		 * @description Lists an agent's calls.
		 */
		get: operations['searchCalls'];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/contact': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get Contacts
		 * @description Lists contacts.
		 */
		get: operations['getContacts'];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/contact/create': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Create Contact
		 * @description Creates a contact; whether one whose number exists is returned is not documented.
		 */
		post: operations['createContact'];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/contact/{id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get Contact
		 * @description Reads one contact.
		 */
		get: operations['getContact'];
		put?: never;
		post?: never;
		/**
		 * Delete Contact
		 * @description Deletes one contact.
		 */
		delete: operations['deleteContact'];
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/contact/call': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Call A Contact
		 * @description Has an agent call a contact.
		 */
		post: operations['callContact'];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/user': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get User Details
		 * @description Reads the owner of the token.
		 */
		get: operations['getUser'];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/webhooks': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		/**
		 * Get Currently Active Webhooks
		 * @description Lists webhook subscriptions; whether the list has pages is not documented.
		 */
		get: operations['getWebhooks'];
		put?: never;
		post?: never;
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/webhooks/subscribe': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Subscribe To Webhook
		 * @description Subscribes a URL to an event.
		 */
		post: operations['subscribeWebhook'];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/webhooks/unsubscribe': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		post?: never;
		/**
		 * Unsubscribe From Webhook
		 * @description Removes the subscription with this event, URL and data.
		 */
		delete: operations['unsubscribeWebhook'];
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
	'/webhook/automation/{automation_id}': {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		get?: never;
		put?: never;
		/**
		 * Trigger Automation With Webhook
		 * @description Starts an automation that waits for a webhook; needs the token only where verification is on.
		 */
		post: operations['triggerAutomation'];
		delete?: never;
		options?: never;
		head?: never;
		patch?: never;
		trace?: never;
	};
}
export type webhooks = Record<string, never>;
export interface components {
	schemas: {
		/** @description What went wrong: an object (docs) or text (clients). `{}` and "" stand for no error, as null does. */
		ResponseError:
			| (
					| ({
							message?: string;
					  } & {
							[key: string]: unknown;
					  })
					| null
			  )
			| string;
		/** @description An agent (pipedream, profile); paths call it an interview. */
		Agent: {
			id: string;
			title: string;
			/** @enum {string} */
			status: 'ACTIVE' | 'ARCHIVED';
			version?: number;
			/** @description Undocumented: the folder of the dashboard. */
			folder_id?: string | null;
			/** @enum {string} */
			channel?: 'voice' | 'chat' | 'omnichannel';
			phone_number?: string | null;
			voice_id?: string;
			nodes?: {
				[key: string]: unknown;
			}[];
			variables?: {
				[key: string]: unknown;
			};
			/** @description The outcomes that its author defined. */
			outcomes?: string[];
			/** Format: date-time */
			created?: string;
			/** Format: date-time */
			updated?: string;
			/** Format: date-time */
			created_at?: string;
			/** Format: date-time */
			updated_at?: string;
		};
		/** @description The name of a tag, or an object that holds it. */
		Tag:
			| string
			| {
					id?: string;
					name: string;
			  };
		/** @description A contact (pipedream, profile). */
		Contact: {
			id: string;
			name?: string | null;
			phone_number?: string | null;
			email?: string | null;
			country_code?: string;
			tags?: components['schemas']['Tag'][];
			attributes?: {
				[key: string]: unknown;
			} | null;
			status?: string;
			team_id?: string;
			caller_type?: string;
			version?: number;
			/** Format: date-time */
			created?: string;
			/** Format: date-time */
			updated?: string;
			/** Format: date-time */
			created_at?: string;
			/** Format: date-time */
			updated_at?: string;
		};
		/** @description One turn of a flat call. */
		Turn: {
			/** Format: date-time */
			date?: string;
			text: string;
			/** @enum {string} */
			author: 'ai' | 'user';
			audio_url?: string | null;
			cumulative_duration_ms?: number;
		};
		/** @description A call as a real delivery had it (pipedream); paths call it a response. */
		Call: {
			id: string;
			/** Format: date-time */
			created?: string;
			/** Format: date-time */
			updated?: string;
			version?: number;
			interview: {
				id: string;
			};
			contact?: components['schemas']['Contact'];
			type?: string;
			/** @description Free text, from one of two vocabularies. */
			status: string;
			/** Format: date-time */
			start_time?: string | null;
			/** Format: date-time */
			end_time?: string | null;
			/** @description Milliseconds as text. */
			duration_ms?: string | null;
			conversation_history?: components['schemas']['Turn'][];
			ai_name?: string;
			phone_number?: string | null;
			recording_url?: string | null;
			/** @description One line a turn. */
			transcript?: string | null;
			/** @description Its shape is not documented. */
			summary_data?: unknown;
			metadata?: {
				[key: string]: unknown;
			} | null;
			custom_fields?: {
				[key: string]: unknown;
			} | null;
			/** @enum {string} */
			direction?: 'inbound' | 'outbound';
			/** @description The agent's own classification, e.g. qualified. */
			outcome?: string | null;
			tags?: components['schemas']['Tag'][];
			job_id?: string | null;
		};
		/** @description One turn of a call (profile). */
		ProfileTurn: {
			transcript: string;
			/** @enum {string} */
			speaker: 'ai' | 'user';
			/** Format: date-time */
			createdAt?: string;
			/** @description The agent's turns only. */
			step?: number;
			/** @description The agent's turns only. */
			node_id?: string;
		};
		/** @description A call (profile). */
		ProfileCall: {
			id: string;
			interview_id: string;
			contact_id?: string;
			status?: string;
			duration_seconds?: number;
			/** Format: uri */
			recording_url?: string;
			transcript?: components['schemas']['ProfileTurn'][];
			metadata?: {
				[key: string]: unknown;
			};
			/** Format: date-time */
			started_at?: string;
			/** Format: date-time */
			ended_at?: string;
			/** @enum {string} */
			direction?: 'inbound' | 'outbound';
			/** @description The agent's own classification, e.g. qualified. */
			outcome?: string | null;
			tags?: components['schemas']['Tag'][];
			job_id?: string | null;
		};
		/** @description A call as the body of an event (profile). */
		NestedCall: {
			/** @enum {string} */
			event?: 'NEW_RESPONSE' | 'PHONE_TRANSFER' | 'FOLDER_NEW_RESPONSE' | 'FOLDER_PHONE_TRANSFER' | 'ACTION_FAILED';
			call: components['schemas']['ProfileCall'];
			agent?: {
				id?: string;
				title?: string;
				phone_number?: string;
			};
			transcript?: components['schemas']['ProfileTurn'][];
			custom_fields?: {
				[key: string]: unknown;
			};
		};
		/** @description A call that was just placed (profile). */
		PlacedCall: {
			call_id: string;
			status?: string;
			interview_id?: string;
			contact_id?: string;
			/** @description Only from the step of an automation that places a call (docs); its unit is not documented. */
			duration?: number | string;
		};
		/** @description The owner of the token (spec); more fields than these may come. */
		User: {
			id: string;
			name?: string | null;
			email?: string | null;
			/** @description Undocumented. */
			team?: {
				id?: string;
				name?: string;
			};
			/** @description Undocumented. */
			team_id?: string;
			/** @description Undocumented. */
			team_name?: string;
		};
		/** @description A webhook subscription (profile). */
		Subscription: {
			id?: string;
			type: string;
			url: string;
			data?: string | null;
			/** Format: date-time */
			created?: string;
			/** Format: date-time */
			created_at?: string;
		};
		/** @description Undocumented; it holds no ID of a call (docs). */
		AutomationResponse: {
			[key: string]: unknown;
		};
	};
	responses: never;
	parameters: never;
	requestBodies: never;
	headers: never;
	pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
	getAgents: {
		parameters: {
			query?: {
				search?: string;
				status?: 'ACTIVE' | 'ARCHIVED';
				sort?: 'title_asc' | 'title_desc' | 'created_asc' | 'created_desc';
				/** @description Lists archived agents too. */
				all_interviews?: boolean;
				/** @description Which page, counted from 0. */
				page?: number;
				/** @description How many records a page holds. */
				limit?: number;
			};
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description A page of agents. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data:
							| {
									interviews: components['schemas']['Agent'][];
									count?: number;
							  }
							| components['schemas']['Agent'][];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	searchCalls: {
		parameters: {
			query?: {
				search?: string;
				response_tags?: string[];
				status?: string[];
				job_id?: string;
				/** @description Which page, counted from 0. */
				page?: number;
				/** @description How many records a page holds. */
				limit?: number;
			};
			header?: never;
			path: {
				interview_id: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description A page of calls. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data:
							| {
									responses: (
										| components['schemas']['Call']
										| components['schemas']['ProfileCall']
										| components['schemas']['NestedCall']
									)[];
							  }
							| (
									| components['schemas']['Call']
									| components['schemas']['ProfileCall']
									| components['schemas']['NestedCall']
							  )[];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	getContacts: {
		parameters: {
			query?: {
				search?: string;
				phone_numbers_only?: boolean;
				tags?: string[];
				excluded_tags?: string[];
				/** @description The field to sort by. */
				sort?: string;
				sortDirection?: 'asc' | 'desc';
				/** @description Which page, counted from 0. */
				page?: number;
				/** @description How many records a page holds. */
				limit?: number;
			};
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description A page of contacts. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data:
							| {
									contacts: components['schemas']['Contact'][];
							  }
							| components['schemas']['Contact'][];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	createContact: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				'application/json': {
					/** @description With + and country code (E.164). */
					phone_number: string;
					name?: string;
					/** Format: email */
					email?: string;
					country_code?: string;
					tags?: string[];
					attributes?: {
						[key: string]: unknown;
					};
				};
			};
		};
		responses: {
			/** @description The contact. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data: components['schemas']['Contact'];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	getContact: {
		parameters: {
			query?: never;
			header?: never;
			path: {
				id: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description The contact. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data: components['schemas']['Contact'];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
			/** @description There is no such record. */
			404: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data?: {
							[key: string]: unknown;
						} | null;
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	deleteContact: {
		parameters: {
			query?: never;
			header?: never;
			path: {
				id: string;
			};
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description The contact was deleted. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data: {
							[key: string]: unknown;
						};
						error?: components['schemas']['ResponseError'];
					};
				};
			};
			/** @description There is no such record. */
			404: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data?: {
							[key: string]: unknown;
						} | null;
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	callContact: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				'application/json': {
					contact_id: string;
					/** @description The ID of the agent. */
					interview_id: string;
					metadata?: {
						[key: string]: unknown;
					} | null;
				};
			};
		};
		responses: {
			/** @description The call was placed. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data: components['schemas']['Call'] | components['schemas']['PlacedCall'];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	getUser: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description The owner of the token. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data: components['schemas']['User'];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	getWebhooks: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody?: never;
		responses: {
			/** @description The subscriptions. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data:
							| {
									webhooks: components['schemas']['Subscription'][];
							  }
							| components['schemas']['Subscription'][];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	subscribeWebhook: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				'application/json': {
					/** @enum {string} */
					type: 'NEW_RESPONSE' | 'PHONE_TRANSFER';
					data?: string | null;
					/** Format: uri */
					url: string;
				};
			};
		};
		responses: {
			/** @description The subscription. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data: components['schemas']['Subscription'];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	unsubscribeWebhook: {
		parameters: {
			query?: never;
			header?: never;
			path?: never;
			cookie?: never;
		};
		requestBody: {
			content: {
				'application/json': {
					/** @enum {string} */
					type: 'NEW_RESPONSE' | 'PHONE_TRANSFER' | 'FOLDER_NEW_RESPONSE' | 'FOLDER_PHONE_TRANSFER' | 'ACTION_FAILED';
					data?: string;
					url: string;
				};
			};
		};
		responses: {
			/** @description The subscription was removed. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data: {
							[key: string]: unknown;
						};
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
	triggerAutomation: {
		parameters: {
			query?: never;
			header?: never;
			path: {
				automation_id: string;
			};
			cookie?: never;
		};
		requestBody: {
			content: {
				'application/json': {
					[key: string]: unknown;
				};
			};
		};
		responses: {
			/** @description The automation was started. */
			200: {
				headers: {
					[name: string]: unknown;
				};
				content: {
					'application/json': {
						data: components['schemas']['AutomationResponse'];
						error?: components['schemas']['ResponseError'];
					};
				};
			};
		};
	};
}
