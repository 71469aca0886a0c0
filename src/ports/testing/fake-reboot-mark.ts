import type { DueReboot, RebootMark } from '../host.ts';

/** A breadcrumb in memory. */
export interface FakeRebootMark extends RebootMark {
	/** What is marked now. */
	due: DueReboot | undefined;
}

export function createFakeRebootMark(): FakeRebootMark {
	return {
		due: undefined,
		read() {
			return Promise.resolve(this.due);
		},
		add({ reason, serviceKey }) {
			const { reasons = [], services = [] } = this.due ?? {};
			const known = services === 'all' ? [] : services;
			const own = serviceKey === undefined ? [] : [serviceKey];
			this.due = {
				reasons: [...new Set([...reasons, reason])],
				services: services === 'all' ? 'all' : [...new Set([...known, ...own])],
			};
			return Promise.resolve();
		},
	};
}
