"""scikit-learn's own regressor; its warning about small variances is not ours."""

from __future__ import annotations

import warnings


def gp_posterior(X, y, Xs, length, variance, noise):
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel

    if not (length > 0 and variance > 0 and noise > 0):
        raise ValueError("settings")
    kernel = ConstantKernel(variance) * RBF(length)
    model = GaussianProcessRegressor(kernel=kernel, alpha=noise, optimizer=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, y).predict(Xs, return_std=True)
