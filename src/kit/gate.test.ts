import { expect } from 'chai';
import { createGate } from './gate.ts';

describe('createGate', () => {
	const never = new AbortController().signal;

	it('must let those pass who waited and those who come later', async () => {
		const gate = createGate();
		const waiting = gate.passed(never);
		gate.open();
		await waiting;
		await gate.passed(never);
		expect(gate.isOpen).to.equal(true);
	});

	it('must turn away who gives up, and leave the others waiting', async () => {
		const gate = createGate();
		const abort = new AbortController();
		const impatient = gate.passed(abort.signal).catch((err: unknown) => String(err));
		const patient = gate.passed(never);
		abort.abort(new Error('enough'));
		expect(await impatient).to.equal('Error: enough');
		gate.open();
		await patient;
	});
});
