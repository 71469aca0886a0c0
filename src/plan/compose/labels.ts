import { labelNames } from '../../model/labels.ts';
import type { ServiceInApp } from './service-in-app.ts';

/** The service's labels, and those by which its container is known as ours. */
export function containerLabels({ service, app }: ServiceInApp): Record<string, string> {
	return {
		...service.labels,
		[labelNames.supervised]: 'true',
		[labelNames.appId]: String(app.appId),
		[labelNames.appUuid]: app.appUuid,
		[labelNames.serviceId]: String(service.serviceId),
		[labelNames.serviceName]: service.serviceName,
	};
}
