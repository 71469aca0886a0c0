import { labelNames } from '../../../model/labels.ts';
import type { DeviceContext } from '../../context.ts';
import {
	sketchApp,
	sketchContext,
	type AppSketch,
	type ServiceSketch,
} from '../../testing/sketch.ts';
import { toContainerSpec } from '../container-spec.ts';

/** The container of the service `web` of an app; further services are in `more`, with `web` among them if there are. */
export function specOf(
	web: ServiceSketch,
	more: Partial<AppSketch> = {},
	context: Partial<DeviceContext> = {},
) {
	const app = sketchApp({ services: { web, ...more.services }, ...more });
	const { release } = app;
	const service = release?.services.find(({ serviceName }) => serviceName === 'web');
	if (release === undefined || service === undefined) throw new Error('no service');
	return toContainerSpec({ service, app, release, context: { ...sketchContext, ...context } });
}

/** Its environment, by name. */
export function envOf(...args: Parameters<typeof specOf>): Record<string, string> {
	return Object.fromEntries(
		specOf(...args).config.Env.map((line) => {
			const at = line.indexOf('=');
			return [line.slice(0, at), line.slice(at + 1)];
		}),
	);
}

/** The digest of its configuration. */
export function digest(...args: Parameters<typeof specOf>): string | undefined {
	return specOf(...args).config.Labels[labelNames.configDigest];
}

/** A service with a feature. */
export function feature(name: string): ServiceSketch {
	return { labels: { [`io.balena.features.${name}`]: '1' } };
}

/** A variable under both prefixes. */
export function both(name: string, value: string): Record<string, string> {
	return { [`BALENA_${name}`]: value, [`RESIN_${name}`]: value };
}
