// Fills values of earlier calls into the fields of open operations. It doesn't change a field that the user has edited.

// fillInPlugin returns the plugin that takes its values from seen.
export const fillInPlugin = (seen) => ({ React: { createElement: h, useEffect, useReducer } }) => {
  const ours = new Map(); // by field, the example or the last text that was filled in

  const isOurs = (field, value) => {
    if (!ours.has(field)) ours.set(field, value);
    return ours.get(field) === value;
  };

  function fillParameters({ parameters, pathMethod, specSelectors, specActions }) {
    const [path, method] = pathMethod;
    for (const parameter of parameters.filter((one) => one.get('in') === 'path')) {
      const value = seen.parameter(path, parameter.get('name'));
      const field = `${method} ${path} ${parameter.get('name')}`;
      const current = specSelectors.parameterWithMetaByIdentity(pathMethod, parameter).get('value');
      if (value === undefined || value === current || !isOurs(field, current)) continue;
      ours.set(field, value);
      specActions.changeParamByIdentity(pathMethod, parameter, value, false);
    }
  }

  function fillBody({ pathMethod, oas3Selectors, oas3Actions }) {
    const [path, method] = pathMethod;
    const field = `${method} ${path}`;
    const current = oas3Selectors.requestBodyValue(...pathMethod);
    if (typeof current !== 'string' || !isOurs(field, current)) return;
    const example = JSON.parse(current);
    const filled = seen.body(path, example);
    if (JSON.stringify(filled) === JSON.stringify(example)) return;
    const value = JSON.stringify(filled, null, 2);
    ours.set(field, value);
    oas3Actions.setRequestBodyValue({ value, pathMethod });
  }

  const parameters = (Parameters) => function FilledParameters(props) {
    const [, render] = useReducer((count) => count + 1, 0);
    useEffect(() => seen.subscribe(render), []);
    useEffect(() => {
      fillParameters(props);
      fillBody(props);
    });
    return h(Parameters, props);
  };
  return { wrapComponents: { parameters } };
};
