import { createFakeRebootMark } from './fake-reboot-mark.ts';
import { describeRebootMark } from './reboot-mark-contract.ts';

describeRebootMark('the breadcrumb in memory', () => {
	const mark = createFakeRebootMark();
	return Promise.resolve({
		open: () => mark,
		boot: () => Promise.resolve(void (mark.due = undefined)),
		markByOthers: () => Promise.resolve(void (mark.due = { reasons: [], services: 'all' })),
	});
});
