import { createFakeUnits } from './fake-units.ts';
import { describeHostUnits } from './host-units-contract.ts';

describeHostUnits('units in memory', () =>
	Promise.resolve({
		units: createFakeUnits({ 'resting.service': false, 'running.service': true }),
	}),
);
