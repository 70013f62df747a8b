// Stands in for the generated ApiClient.cs, which needs RestSharp.
namespace Org.OpenAPITools.Client
{
    using System.Threading.Tasks;

    public class ApiClient : ISynchronousClient, IAsynchronousClient
    {
        public ApiClient(string basePath) { }
        public ApiResponse<T> Get<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public Task<ApiResponse<T>> GetAsync<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public ApiResponse<T> Post<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public Task<ApiResponse<T>> PostAsync<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public ApiResponse<T> Put<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public Task<ApiResponse<T>> PutAsync<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public ApiResponse<T> Delete<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public Task<ApiResponse<T>> DeleteAsync<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public ApiResponse<T> Head<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public Task<ApiResponse<T>> HeadAsync<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public ApiResponse<T> Options<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public Task<ApiResponse<T>> OptionsAsync<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public ApiResponse<T> Patch<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
        public Task<ApiResponse<T>> PatchAsync<T>(string path, RequestOptions options, IReadableConfiguration configuration = null) => null;
    }
}
