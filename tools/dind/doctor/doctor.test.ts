import { expect } from 'chai';
import { toDindNames } from '../commands/names.ts';
import { createFakeShell } from '../testing/fake-shell.ts';
import type { Check, CheckContext, Verdict } from './check.ts';
import { defineCheck, none, ok, problem, warning } from './check.ts';
import { CHECKS } from './checks.ts';
import { renderReport, toReport } from './report.ts';
import { runChecks } from './run-checks.ts';

const context: CheckContext = {
	shell: createFakeShell({}),
	root: '/nowhere',
	names: toDindNames('t'),
	ports: { apiPort: 1, pagePort: 2, sshPort: 3, cloudPort: 4, registryPort: 5 },
};

const check = (name: string, verdict: Verdict, needs: readonly string[] = []): Check =>
	defineCheck({ name, area: 'engine', needs, observe: () => verdict, judge: (said) => said });

describe('runChecks', () => {
	it('must leave out what stands on something that is not there or not well', async () => {
		const findings = await runChecks(
			[
				check('a', ok('well')),
				check('b', warning('nearly', 'look'), ['a']),
				check('c', problem('ill', 'mend'), ['b']),
				check('d', ok('well'), ['a', 'c']),
				check('e', none('nothing')),
				check('f', ok('well'), ['e']),
				check('g', ok('well'), ['f']),
			],
			context,
		);
		expect(findings.map(({ name, status }) => `${name} ${status}`)).to.deep.equal([
			...['a ok', 'b warning', 'c problem', 'd skipped', 'e none', 'f skipped', 'g skipped'],
		]);
		expect(findings[3]?.says).to.equal('c');
	});

	it('must take a check that fails itself for a problem, and go on', async () => {
		const broken = defineCheck({
			...{ name: 'a', area: 'engine', judge: ok },
			observe: () => Promise.reject(new Error('no such file')),
		});
		const [first, second] = await runChecks([broken, check('b', ok('well'))], context);
		expect(first).to.deep.include({
			status: 'problem',
			says: 'cannot be looked at: no such file',
		});
		expect(second?.status).to.equal('ok');
	});

	it('must refuse a table in which a check stands before what it needs', async () => {
		const table = [check('a', ok('well'), ['b']), check('b', ok('well'))];
		await runChecks(table, context).then(
			() => expect.fail('must fail'),
			(thrown: unknown) => expect(String(thrown)).to.include('a needs b'),
		);
	});

	it('must have a table in which every name is there once', () => {
		const names = CHECKS.map(({ name }) => name);
		expect(new Set(names).size).to.equal(names.length);
	});

	it('must say so, and no more, where there is no engine at all', async () => {
		const findings = await runChecks(CHECKS, context);
		const engine = findings.find(({ name }) => name === 'engine');
		expect(engine?.status).to.equal('problem');
		const above = findings.filter(({ area, name }) => area !== 'computer' && name !== 'engine');
		expect(above.map(({ status }) => status)).to.deep.equal(above.map(() => 'skipped'));
	});
});

describe('the report of the doctor', () => {
	const findings = [
		{ ...ok('Node 20.19.0'), name: 'node', area: 'computer' },
		{ ...problem('does not answer\n(no socket)', 'Start it.'), name: 'engine', area: 'engine' },
		{ status: 'skipped', says: 'engine', name: 'ports', area: 'engine' },
		{ ...warning('is failing', 'Wait.'), name: 'cloud', area: 'cloud' },
		{ ...none('there is no device'), name: 'device', area: 'device' },
	] as const;

	it('must say what is wrong, what to do, and what could not be looked at', () => {
		expect(renderReport(toReport('t', findings), { color: false })).to.equal(`Computer
  ok      node    Node 20.19.0

Engine
  PROBLEM engine  does not answer
                  (no socket)
                  → Start it.
  not looked at: ports

Cloud
  warning cloud   is failing
                  → Wait.

Device
  -       device  there is no device

1 problem, 1 warning.
`);
	});

	it('must count for programs', () => {
		expect(toReport('t', findings)).to.include({ name: 't', problems: 1, warnings: 1 });
	});

	it('must name the device in what is to be done, unless it is the usual one', () => {
		const finding = {
			...problem('x', 'See ./dindctl logs -n 5.'),
			name: 'a',
			area: 'device',
		} as const;
		const todoFor = (name: string) => toReport(name, [finding]).checks;
		expect(todoFor('lab')).to.deep.equal([
			{ ...finding, todo: 'See ./dindctl logs --name lab -n 5.' },
		]);
		expect(todoFor('holdfast')).to.deep.equal([finding]);
	});

	it('must say when nothing is wrong', () => {
		const text = renderReport(toReport('t', findings.slice(0, 1)), { color: false });
		expect(text).to.match(/\nNothing is wrong\.\n$/);
	});
});
