import type { World } from '../world.mts';
import {
	nobodyExcludedByAFilterIsCalled,
	nobodyIsCalledOutsideTheHours,
	nobodyIsCalledTwice,
	onlyIntendedNumbersAreCalled,
} from './calls.mts';
import {
	everyEndedCallIsPolledOnce,
	noDeliveryStartsAWorkflowTwice,
	noEventIsLost,
	onlyWhatIsOursIsUnsubscribed,
} from './events.mts';
import { everyItemTellsTheTruth } from './items.mts';
import { theQuotaIsKept, theQuotaIsUsed, theTokenAndPeopleStayPrivate } from './requests.mts';

/** The promises, by the words that a report names them with; each check returns what breaks it. */
const INVARIANTS: Record<string, (world: World) => string[]> = {
	'nobody is called twice': nobodyIsCalledTwice,
	'only intended numbers are called': onlyIntendedNumbersAreCalled,
	'nobody is called outside the hours': nobodyIsCalledOutsideTheHours,
	'nobody excluded by a filter is called': nobodyExcludedByAFilterIsCalled,
	'every item tells the truth': everyItemTellsTheTruth,
	'every ended call is polled once': everyEndedCallIsPolledOnce,
	'no delivery starts a workflow twice': noDeliveryStartsAWorkflowTwice,
	'no event is lost': noEventIsLost,
	'only what is ours is unsubscribed': onlyWhatIsOursIsUnsubscribed,
	'the quota is kept': theQuotaIsKept,
	'the quota is used': theQuotaIsUsed,
	'the token and people stay private': theTokenAndPeopleStayPrivate,
};

export interface Violation {
	invariant: string;
	text: string;
}

export const violationsIn = (world: World): Violation[] =>
	Object.entries(INVARIANTS).flatMap(([invariant, check]) => check(world).map((text) => ({ invariant, text })));
