// Shows the request id of every response, which is also in the server's log.
export function RequestId({ React: { createElement: h } }) {
  const withRequestId = (LiveResponse) => function LiveResponseWithRequestId(props) {
    const id = props.response.getIn(['headers', 'x-request-id']);
    return h('div', null,
      id && h('p', { className: 'request-id' }, 'Request id: ', h('code', null, id)),
      h(LiveResponse, props));
  };
  return { wrapComponents: { liveResponse: withRequestId } };
}
