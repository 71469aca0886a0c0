import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { z } from 'zod';
import { allFamilies } from '../generate/metrics.ts';
import { skipTest } from '../../test/support/skip-test.ts';
import { noPromtool, runPromtool } from './promtool.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const Rules = z.object({
	groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

const Dashboard = z.object({
	templating: z.object({ list: z.array(z.object({ definition: z.string().optional() })) }),
	panels: z.array(
		z.object({
			id: z.number(),
			title: z.string(),
			gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
			targets: z.array(z.object({ expr: z.string() })).optional(),
		}),
	),
});

const rules = Rules.parse(parse(read('docs/prometheus/alerts.yml'))).groups.flatMap(
	(group) => group.rules,
);
const dashboard = Dashboard.parse(JSON.parse(read('docs/grafana/holdfast.json')));

/** Names that a scrape of the device may give; `up` is Prometheus' own. */
const known = new Set([
	'up',
	...allFamilies().flatMap(({ name, type }) =>
		type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => `${name}${end}`) : [name],
	),
]);
const labels = new Set([
	...['instance', 'job', 'le'],
	...allFamilies().flatMap(({ labelNames }) => labelNames),
]);

const namesIn = (expr: string): string[] =>
	expr.match(/\b(?:holdfast|process|nodejs)_\w+|\bup\b/g) ?? [];
const labelsIn = (expr: string): string[] =>
	[...expr.matchAll(/(\w+)\s*(?:=~|!=|!~|=)\s*"/g)].map(([, name = '']) => name);

describe('metrics, alert rules and dashboard', () => {
	it('must name metrics as the conventions of Prometheus have it', () => {
		for (const { name, type } of allFamilies()) {
			expect(name).to.match(/^(holdfast|process|nodejs)_[a-z0-9_]+$/);
			if (type !== 'counter') expect(name).not.to.match(/_total$/);
			if (type === 'counter') expect(name).to.match(/_total$/);
			if (type === 'histogram') expect(name).to.match(/_seconds$/);
			expect(name).not.to.match(/milliseconds|kilobytes|percent|_ms\b/);
		}
	});

	it('must give no name twice', () => {
		const names = allFamilies().map(({ name }) => name);
		expect(new Set(names).size).to.equal(names.length);
	});

	for (const { alert, expr } of rules) {
		it(`must have every metric and label of the alert ${alert}`, () => {
			expect(namesIn(expr).length).to.be.greaterThan(0);
			for (const name of namesIn(expr)) expect([...known]).to.include(name);
			for (const label of labelsIn(expr)) expect([...labels]).to.include(label);
		});
	}

	const panels = dashboard.panels.filter(({ targets = [] }) => targets.length > 0);
	for (const { title, targets = [] } of panels) {
		it(`must have every metric and label of the panel ${title}`, () => {
			for (const { expr } of targets) {
				expect(namesIn(expr).length, expr).to.be.greaterThan(0);
				for (const name of namesIn(expr)) expect([...known]).to.include(name);
				for (const label of labelsIn(expr)) expect([...labels]).to.include(label);
			}
		});
	}

	it('must have every metric of the lists to choose from', () => {
		const definitions = dashboard.templating.list.flatMap(({ definition }) => definition ?? []);
		expect(definitions).not.to.deep.equal([]);
		for (const name of definitions.flatMap(namesIn)) expect([...known]).to.include(name);
	});

	it('must show every metric on the dashboard', () => {
		const shown = new Set(
			panels.flatMap(({ targets = [] }) => targets).flatMap(({ expr }) => namesIn(expr)),
		);
		const left = allFamilies()
			.filter(({ name }) => name.startsWith('holdfast_'))
			.filter(({ name }) => ![...shown].some((one) => one.startsWith(name)))
			.map(({ name }) => name);
		expect(left).to.deep.equal([]);
	});

	it('must lay no panel over another', () => {
		const places = dashboard.panels.map(({ gridPos }) => gridPos);
		for (const [index, a] of places.entries()) {
			for (const b of places.slice(index + 1)) {
				const isApart =
					a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
				expect(isApart, JSON.stringify([a, b])).to.equal(true);
			}
		}
		expect(new Set(dashboard.panels.map(({ id }) => id)).size).to.equal(places.length);
	});
});

describe('alert rules in promtool', function () {
	this.timeout(60_000);
	before(function () {
		if (runPromtool(['--version']).status !== undefined) return;
		skipTest(this, noPromtool);
	});

	it('must be valid', () => {
		const { status, text } = runPromtool(['check', 'rules', 'docs/prometheus/alerts.yml']);
		expect(status, text).to.equal(0);
	});

	it('must fire when they should, and not before', () => {
		const { status, text } = runPromtool(['test', 'rules', 'docs/prometheus/alerts.test.yml']);
		expect(status, text).to.equal(0);
	});

	it('must each have a test', () => {
		const tests = read('docs/prometheus/alerts.test.yml');
		for (const { alert } of rules) expect(tests).to.contain(`alertname: ${alert}`);
	});
});
