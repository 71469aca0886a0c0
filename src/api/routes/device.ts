import { z } from 'zod';
import { reportAppsByName } from '../../report/app-status.ts';
import { reportDeviceSummary } from '../../report/device-summary.ts';
import { reportServices } from '../../report/service-report.ts';
import { reportStateStatus } from '../../report/state-status.ts';
import { json, refuseJson, success } from '../answer.ts';
import { looseText } from '../coerce.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type Route } from '../route.ts';

/** Endpoints that show the device as a whole, cut to what the caller's key reaches. */
export function deviceRoutes(deps: ApiDeps): Route[] {
	return [
		defineRoute({
			method: 'get',
			path: '/v1/device',
			access: 'key',
			doc: 'Summary of the device and of its first service.',
			handle: async ({ caller }) => {
				const isVisible = (id: number): boolean => caller.may('read') || caller.reaches(id, 'read');
				return json(reportDeviceSummary(deps.snapshot(), await deps.deviceFacts(), isVisible));
			},
		}),
		defineRoute({
			method: 'get',
			path: '/v2/device/name',
			access: 'key',
			doc: 'The device name of the last target state.',
			handle: () => success({ deviceName: deps.snapshot().target?.deviceName ?? '' }),
		}),
		defineRoute({
			method: 'get',
			path: '/v2/local/device-info',
			access: 'key',
			doc: 'Architecture and device type.',
			handle: async () => success({ info: await deps.deviceType() }),
		}),
		defineRoute({
			method: 'get',
			path: '/v2/state/status',
			access: 'key',
			doc: 'Whether the target is applied, and what containers and images do.',
			handle: ({ caller }) =>
				success(reportStateStatus(deps.snapshot(), (id) => caller.reaches(id, 'read'))),
		}),
		defineRoute({
			method: 'get',
			path: '/v2/applications/state',
			access: 'key',
			doc: 'Every app of the target with its services.',
			handle: ({ caller }) =>
				json(reportAppsByName(deps.snapshot(), (id) => caller.reaches(id, 'read'))),
		}),
		containerIdRoute(deps),
		volumesRoute(deps),
	];
}

function containerIdRoute(deps: ApiDeps): Route {
	return defineRoute({
		method: 'get',
		path: '/v2/containerId',
		access: 'key',
		doc: 'The container of one service, or of all.',
		query: z.object({ service: looseText, serviceName: looseText }),
		handle: ({ query, caller }) => {
			const rows = reportServices(deps.snapshot()).filter(
				({ appId, containerId }) => containerId !== undefined && caller.reaches(appId, 'read'),
			);
			const asked = query.serviceName ?? query.service;
			if (asked === undefined) {
				const newestLast = [...rows].reverse();
				return success({
					services: Object.fromEntries(
						newestLast.map(({ serviceName, containerId }) => [serviceName, containerId]),
					),
				});
			}
			const found = rows.find(({ serviceName }) => serviceName === asked);
			if (found === undefined) {
				throw refuseJson('ENGINE_NOT_FOUND', 'Could not find service with that name');
			}
			return success({ containerId: found.containerId });
		},
	});
}

function volumesRoute(deps: ApiDeps): Route {
	return defineRoute({
		method: 'get',
		path: '/v2/cleanup-volumes',
		access: 'key',
		doc: 'Removes volumes of the caller’s apps that no target declares and no container mounts.',
		handle: async ({ caller, signal }) => {
			await deps.host.cleanUpVolumes((appId) => caller.reaches(appId), signal);
			return success();
		},
	});
}
