from django.db import models


class ServiceCategory(models.Model):
    """服务类别: arts, psychology, law, ...; a look-up table. The code is for programs, the name for people."""

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=20, unique=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务类别"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """责任部门 of the county federation; a look-up table."""

    name = models.CharField("名称", max_length=20, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "责任部门"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
