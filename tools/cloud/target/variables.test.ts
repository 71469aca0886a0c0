import { expect } from 'chai';
import type { VariableRow } from '../store/rows.ts';
import { toConfig, toEnvironment, toLabels } from './variables.ts';

const variable = (row: Partial<VariableRow>): VariableRow => ({
	id: 1,
	fleet_id: 1,
	device_id: null,
	service_id: null,
	name: 'X',
	value: '',
	...row,
});
const ofDevice = { fleet_id: null, device_id: 1 };
const poll = 'RESIN_SUPERVISOR_POLL_INTERVAL';

describe('toConfig', () => {
	for (const c of [
		{ name: 'absent', wished: undefined, given: '10000' },
		{ name: 'below the floor', wished: '5', given: '10000' },
		{ name: 'above the floor', wished: '900000', given: '900000' },
		{ name: 'not a number', wished: 'often', given: 'NaN' },
	]) {
		it(`must give a poll interval that is at least the floor, as text: ${c.name}`, () => {
			const rows = c.wished === undefined ? [] : [variable({ name: poll, value: c.wished })];
			expect(toConfig(rows, 10_000)).to.deep.equal({ [poll]: c.given });
		});
	}

	it('must keep the prefix a variable was made with, even both at once', () => {
		const name = 'BALENA_SUPERVISOR_POLL_INTERVAL';
		const rows = [variable({ name, value: '1' }), variable({ name: poll, value: '20000' })];
		expect(toConfig(rows, 10_000)).to.deep.equal({ [name]: '1', [poll]: '20000' });
	});

	it('must not send what the cloud keeps for itself', () => {
		const names = ['BALENA_UI_X', 'RESIN_UI_ENABLED', 'RESIN_HOST_LOG_TO_DISPLAY'];
		const rows = names.map((name) => variable({ name, value: '1' }));
		expect(toConfig(rows, 1)).to.have.all.keys(poll);
	});

	it('must prefer the variable of the device', () => {
		const name = 'RESIN_HOST_CONFIG_gpu_mem';
		const rows = [variable({ name, value: '16' }), variable({ ...ofDevice, name, value: '64' })];
		expect(toConfig(rows, 1)).to.include({ [name]: '64' });
	});
});

describe('toEnvironment', () => {
	it('must let fleet, service, device and service of the device each hide the one before', () => {
		const places = [
			variable({ value: 'fleet' }),
			variable({ service_id: 7, value: 'service' }),
			variable({ ...ofDevice, value: 'device' }),
			variable({ ...ofDevice, service_id: 7, value: 'service of device' }),
		];
		for (const [at, { value }] of places.entries())
			expect(toEnvironment(places.slice(0, at + 1).reverse(), 7)).to.deep.equal({ X: value });
	});

	it('must leave out other services and configuration', () => {
		const rows = [variable({ service_id: 8 }), variable({ name: 'RESIN_SUPERVISOR_DELTA' })];
		expect(toEnvironment(rows, 7)).to.deep.equal({});
	});
});

describe('toLabels', () => {
	it('must turn the update strategy and its timeout into labels', () => {
		const config = {
			RESIN_SUPERVISOR_UPDATE_STRATEGY: 'hand-over',
			RESIN_SUPERVISOR_HANDOVER_TIMEOUT: '1000',
			RESIN_SUPERVISOR_DELTA: '1',
		};
		expect(toLabels(config)).to.deep.equal({
			'io.resin.update.strategy': 'hand-over',
			'io.resin.update.handover-timeout': '1000',
		});
	});
});
