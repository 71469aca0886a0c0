import { expect } from 'chai';
import { differingFields, fieldHashes, type ComparableConfig } from './config-fields.ts';

const config: ComparableConfig = {
	Env: ['A=1', 'B=2'],
	Labels: { 'x=y': '1', z: '2' },
	HostConfig: { PortBindings: { '80/tcp': [] }, CapAdd: ['NET_ADMIN'], Privileged: true },
	Cmd: ['sleep'],
	networks: [],
	platform: undefined,
};

describe('differingFields', () => {
	const cases: { name: string; change: Partial<ComparableConfig>; fields: string[] }[] = [
		{ name: 'nothing', change: {}, fields: [] },
		{ name: 'a variable', change: { Env: ['A=1', 'B=3'] }, fields: ['environment.B'] },
		{ name: 'a variable that went', change: { Env: ['A=1'] }, fields: ['environment.B'] },
		{
			name: 'a variable that came',
			change: { Env: ['A=1', 'B=2', 'C='] },
			fields: ['environment.C'],
		},
		{ name: 'a label', change: { Labels: { 'x=y': '2', z: '2' } }, fields: ['labels.x=y'] },
		{
			name: 'members of the host configuration, in the words of Compose',
			change: { HostConfig: { PortBindings: {}, CapAdd: [], Privileged: true } },
			fields: ['cap_add', 'ports'],
		},
		{
			name: 'other members',
			change: { Cmd: ['wake'], networks: [1] },
			fields: ['command', 'networks'],
		},
	];
	for (const { name, change, fields } of cases) {
		it(`must name ${name}`, () => {
			const [before, after] = [fieldHashes(config), fieldHashes({ ...config, ...change })];
			expect(differingFields(before ?? '', after ?? '')).to.deep.equal(fields);
		});
	}
});

describe('fieldHashes', () => {
	it('must be the same for the same configuration, whatever the order of its members', () => {
		const { HostConfig, Labels, ...rest } = config;
		const other = {
			HostConfig: Object.fromEntries(Object.entries(HostConfig).reverse()),
			Labels: Object.fromEntries(Object.entries(Labels).reverse()),
			...rest,
		};
		expect(fieldHashes(other)).to.equal(fieldHashes(config));
	});

	it('must be left out when there is too much of it', () => {
		const Env = Array.from({ length: 1000 }, (_, index) => `VARIABLE_${index}=x`);
		expect(fieldHashes({ ...config, Env })).to.equal(undefined);
	});
});
