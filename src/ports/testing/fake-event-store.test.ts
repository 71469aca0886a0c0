import { describeEventStore } from './event-store-contract.ts';
import { createFakeEventStore } from './fake-event-store.ts';

describe('createFakeEventStore', () => {
	let store = createFakeEventStore();
	describeEventStore('the fake', {
		open() {
			store = createFakeEventStore();
			return Promise.resolve(store);
		},
		reopen: () => Promise.resolve(store),
	});
});
