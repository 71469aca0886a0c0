import { processFamilies } from '../../src/api/process-metrics.ts';
import { deviceFamilies } from '../../src/report/metrics-device.ts';
import type { MetricFamily } from '../../src/report/metrics-values.ts';
import { createCounts, familiesOf } from '../../src/report/metrics.ts';
import { code, generatedNote, toTable } from './markdown.ts';

/** Every metric that `GET /metrics` may show. */
export function allFamilies(): readonly MetricFamily[] {
	const device = deviceFamilies({
		...{ version: '0.0.0', nodeVersion: 'v0' },
		snapshot: () => {
			throw new Error('documents are made without a device');
		},
		vitals: () => Promise.resolve(new Map()),
		isEngineUp: () => undefined,
		cloud: { isUp: () => undefined, successes: () => new Map() },
		...{ eventReaders: () => 0, droppedLogLines: () => 0 },
	});
	return [...familiesOf(createCounts()), ...device, ...processFamilies()];
}

const scrapeConfig = `\`\`\`yaml
scrape_configs:
  - job_name: holdfast
    metrics_path: /metrics
    authorization:
      type: Bearer
      credentials_file: /etc/prometheus/holdfast-key
    static_configs:
      - targets: ['192.0.2.7:48484']
\`\`\``;

/** docs/metrics.md */
export function makeMetrics(): string {
	const rows = allFamilies().map(({ name, type, labelNames, help }) => [
		code(name),
		type,
		labelNames.map(code).join(', '),
		help,
	]);
	return [
		generatedNote('src/report/metrics*.ts and src/api/process-metrics.ts'),
		'# Metrics',
		'`GET /metrics` answers in the text format of Prometheus. It takes a key as every endpoint does, one that reaches all apps: the global key (`docker exec … node /usr/src/app/dist/main.cjs api-key` prints it), or one with the scope `read`. On a device that needs no key, it needs none.',
		scrapeConfig,
		"The device's firewall lets other machines in only while no key is needed; `docs/security.md` says how to let a network in that scrapes.",
		'A scrape asks the engine for the memory and the processor time of each service, at most every two seconds; nothing is measured while nobody scrapes. Counters begin at 0 with each start of the supervisor; those of a service begin at 0 with each new container.',
		'`docs/grafana/holdfast.json` is a dashboard, `docs/prometheus/alerts.yml` are alert rules; `promtool test rules docs/prometheus/alerts.test.yml` tests them.',
		toTable(['Name', 'Type', 'Labels', 'Meaning'], rows),
	].join('\n\n');
}
