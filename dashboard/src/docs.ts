import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';

/** The key that the dashboard was given in this tab. */
const key = sessionStorage.getItem('holdfast-key');

function withKey(request: { headers: Partial<Record<string, string>> }): object {
	if (key !== null) request.headers.Authorization ??= `Bearer ${key}`;
	return request;
}

SwaggerUI({
	dom_id: '#docs',
	url: '/v3/openapi.json',
	deepLinking: true,
	validatorUrl: null,
	tryItOutEnabled: true,
	displayRequestDuration: true,
	requestInterceptor: withKey,
});
