import type { Metric } from 'prom-client';
import type { MetricFamily, Sample } from '../report/metrics-values.ts';
import { refuseText } from './answer.ts';
import { noApp } from './auth.ts';
import type { ApiDeps } from './deps.ts';
import { defineRoute, type Route } from './route.ts';

/** What Prometheus reads. */
export function metricsRoutes({ watch }: Pick<ApiDeps, 'watch'>): Route[] {
	const exposition = createExposition(watch.metrics);
	return [
		defineRoute({
			method: 'get',
			path: '/metrics',
			access: 'read',
			doc: 'Metrics in the text format of Prometheus, for a key that reaches every app.',
			handle: async ({ caller }) => {
				if (!caller.reaches(noApp, 'read')) {
					throw refuseText('UNAUTHORIZED', 'Metrics are not for the keys of apps');
				}
				const { contentType, text } = await exposition();
				return { kind: 'text', status: 200, contentType, text };
			},
		}),
	];
}

/** @returns gives all families as text; the library that writes it is loaded at the first call and costs nothing before */
export function createExposition(
	families: () => readonly MetricFamily[],
): () => Promise<{ readonly contentType: string; readonly text: string }> {
	return async () => {
		const { Registry } = await import('prom-client');
		const registry = new Registry();
		// The registry asks of a metric its name and what `get` gives; its type tells of the library's own classes only.
		for (const family of families()) registry.registerMetric(toMetric(family) as unknown as Metric);
		return { contentType: registry.contentType, text: await registry.metrics() };
	};
}

function toMetric({ name, help, type, read }: MetricFamily) {
	return {
		name,
		get: async () => ({ name, help, type, aggregator: 'sum', values: (await read()).map(toValue) }),
	};
}

function toValue({ name, labels, value }: Sample) {
	return { ...(name !== undefined && { metricName: name }), labels, value };
}
