import { expect } from 'chai';
import { digestOf } from '../../kit/digest.ts';
import { differingFields } from './config-fields.ts';
import { createConfigTexts, type ComparableConfig } from './config-texts.ts';

const textsOf = createConfigTexts();
const fieldsOf = (one: ComparableConfig) => textsOf(one).fields;

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
			const [before, after] = [fieldsOf(config), fieldsOf({ ...config, ...change })];
			expect(differingFields(before ?? '', after ?? '')).to.deep.equal(fields);
		});
	}
});

describe('createConfigTexts', () => {
	it('must be the same for the same configuration, whatever the order of its members', () => {
		const { HostConfig, Labels, ...rest } = config;
		const other = {
			HostConfig: Object.fromEntries(Object.entries(HostConfig).reverse()),
			Labels: Object.fromEntries(Object.entries(Labels).reverse()),
			...rest,
		};
		expect(fieldsOf(other)).to.equal(fieldsOf(config));
	});

	it('must be left out when there is too much of it', () => {
		const Env = Array.from({ length: 1000 }, (_, index) => `VARIABLE_${index}=x`);
		expect(fieldsOf({ ...config, Env })).to.equal(undefined);
	});

	it('must give the digest of the whole', () => {
		expect(textsOf(config).digest).to.equal(digestOf(config));
		const odd = { ...config, Labels: { 'ä "b"': '\n' }, Env: ['C="x"'], User: 'me', Tty: true };
		expect(textsOf(odd).digest).to.equal(digestOf(odd));
	});

	it('must say the same of lines that it was told of before', () => {
		expect(createConfigTexts(['A=1'])(config)).to.deep.equal(textsOf(config));
	});
});
